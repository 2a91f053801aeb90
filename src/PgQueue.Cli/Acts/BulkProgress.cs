using PgQueue.Cli.Output;

namespace PgQueue.Cli.Acts;

/// <summary>Shows how far an act on many jobs is, and ends it between two batches, where the number of those done is known.</summary>
internal sealed class BulkProgress : IProgress<long>
{
    private const int BarWidth = 30;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(100);
    private readonly Screen _screen;
    private readonly Interrupt _interrupt;
    private readonly TimeProvider _time;
    private readonly string _done;
    private readonly long? _total;
    private readonly double? _rate;
    private readonly bool _drawsBar;
    private readonly long _started;
    private long _count;
    private long _said;
    private bool _hasSaid;
    private bool _hasDrawn;
    private ITimer? _limit;

    public BulkProgress(CommandContext context, string done, long? total, double? rate)
    {
        (_screen, _interrupt, _time, _done, _total, _rate) = (context.Screen, context.Interrupt, context.Time, done, total, rate);
        _drawsBar = !Console.IsErrorRedirected && total is > 0;
        _started = _time.GetTimestamp();
        _interrupt.EndGently(Ask);
    }

    public long Count => Interlocked.Read(ref _count);

    /// <summary>Whether a batch may be done that is not in <see cref="Count"/>: the act was cut off in the middle of one.</summary>
    public bool IsCutOff { get; private set; }

    public void Report(long value)
    {
        Interlocked.Exchange(ref _count, value);
        if (_drawsBar)
            Draw(value);
        else if (!_hasSaid || _time.GetElapsedTime(_said) >= LineEvery)
            Say(value);
        // a batch is done, the next one has not begun: nothing is left half counted
        if (_interrupt.IsAsked)
            throw new OperationCanceledException();
    }

    public void End()
    {
        _limit?.Dispose();
        if (_hasDrawn)
            _screen.Note("");
    }

    /// <summary>Called by the signal. Between two batches of a limited rate the wait can be cut short; otherwise the batch under way is waited for.</summary>
    private void Ask()
    {
        var isWaiting = _rate is { } rate && _time.GetElapsedTime(_started) + Margin < TimeSpan.FromSeconds(Count / rate);
        if (isWaiting)
        {
            _interrupt.Cancel();
            return;
        }

        _limit = _time.CreateTimer(_ => CutOff(), state: null, Patience, Timeout.InfiniteTimeSpan);
    }

    private void CutOff()
    {
        IsCutOff = true;
        _interrupt.Cancel();
    }

    private void Say(long value)
    {
        _hasSaid = true;
        _said = _time.GetTimestamp();
        _screen.Note($"{Words.Jobs(value)} {_done} so far");
    }

    private void Draw(long value)
    {
        _hasDrawn = true;
        var filled = (int)Math.Min(BarWidth, value * BarWidth / _total!.Value);
        _screen.Redraw($"[{new string('#', filled)}{new string('.', BarWidth - filled)}] {Words.Number(value)} of {Words.Number(_total.Value)} {_done}");
    }
}
