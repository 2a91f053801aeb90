using Microsoft.Extensions.Logging;
using PgQueue.Diagnostics;
using PgQueue.Loops;
using PgQueue.Storage;

namespace PgQueue.Leases;

/// <summary>
/// Keeps this process alive in the eyes of the others: registers, beats, reconciles. On a thread of its own with synchronous calls, so that a
/// starved thread pool costs no lease.
/// </summary>
internal sealed class Heartbeat(
    LeaseConnection connection, LeaseBook book, LeaseOptions options, string[] queues, string[] routes, string version, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan SoonestAgain = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(3);
    private readonly ManualResetEventSlim _wake = new();
    private readonly Lock _gate = new();
    private Thread? _thread;
    private volatile Tenure? _tenure;
    private volatile bool _stopping;
    private volatile bool _standDown;
    private TaskCompletionSource _registered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _failures;
    private long _beatAt;
    private long _backAt;

    /// <summary>The present registration, live or not; null before the first.</summary>
    public Tenure? Tenure => _tenure;

    public Pulse Pulse { get; } = new("heartbeat", time, TimeSpan.FromSeconds(30));

    /// <summary>Jobs of ours that somebody wants ended, and those of them that are to end as failed.</summary>
    public event Action<Guid[], Guid[]>? CancelsAsked;

    /// <summary>A registration has ended against our will.</summary>
    public event Action<Tenure, string>? TenureLost;

    private TimeSpan Margin => TimeSpan.FromTicks(Math.Clamp(options.Duration.Ticks / 10, TimeSpan.FromMilliseconds(200).Ticks, TimeSpan.FromSeconds(2).Ticks));

    /// <summary>
    /// Whether others may be declared dead. Not after an outage of the database, which ended every lease alike: first the living get a while to hand
    /// their jobs back, so that no attempt is burnt and nobody is suspected of a death that was none.
    /// </summary>
    public bool MayJudge
    {
        get
        {
            var (beat, back) = (Volatile.Read(ref _beatAt), Volatile.Read(ref _backAt));
            return beat != 0 && time.GetElapsedTime(beat) < Outage && (back == 0 || time.GetElapsedTime(back) > options.Duration / 2);
        }
    }

    /// <summary>Without a beat for so long, the database was away, or this process was.</summary>
    private TimeSpan Outage => TimeSpan.FromTicks(Math.Max(options.Duration.Ticks / 2, options.RenewEvery.Ticks * 5 / 4));

    public void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "PgQueue heartbeat" };
        _thread.Start();
    }

    /// <summary>A live registration; waits for one as long as it takes.</summary>
    public async Task<Tenure> LiveTenureAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_tenure is { IsLive: true } live)
                return live;
            Task registered;
            lock (_gate)
                registered = _registered.Task;
            if (_tenure is { IsLost: false, IsLive: false } late)
                Lose(late, "no heartbeat got through in time");
            else if (_tenure is not { IsLive: true })
                await registered.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Beats soon, for a cancel that somebody asked for or a claim whose reply is missing.</summary>
    public void Nudge() => _wake.Set();

    /// <summary>Ends a registration locally: nothing may be started under it any more.</summary>
    public void Lose(Tenure tenure, string reason)
    {
        if (!tenure.Lose())
            return;
        lock (_gate)
            if (_registered.Task.IsCompleted)
                _registered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        TenureLost?.Invoke(tenure, reason);
        _wake.Set();
    }

    /// <summary>The last act: hands back whatever is still held, burning no attempt, and removes the worker row.</summary>
    public void Stop()
    {
        _standDown = true;
        _stopping = true;
        _wake.Set();
        _thread?.Join(LongestStop);
    }

    public void Dispose()
    {
        _stopping = true;
        _wake.Set();
        // a call that hangs in a dead network is left behind: it ends by its own time limits, and the thread holds no process up
        if (_thread?.Join(LongestStop) == false)
            return;
        connection.Dispose();
        _wake.Dispose();
        _tenure?.Dispose();
    }

    private void Run()
    {
        while (!_stopping)
        {
            Pulse.Beat();
            var wait = Step();
            Pulse.Rest(wait);
            var soonest = time.GetTimestamp();
            if (_wake.Wait(wait))
            {
                _wake.Reset();
                // a flood of nudges costs at most four beats a second
                var left = SoonestAgain - time.GetElapsedTime(soonest);
                if (!_stopping && left > TimeSpan.Zero && _tenure is { IsLost: false })
                    _wake.Wait(left);
            }
        }

        if (_standDown && _tenure is { } last)
            TryUnregister(last);
    }

    private TimeSpan Step()
    {
        try
        {
            if (_tenure is { IsLost: false } tenure)
                Beat(tenure);
            else
                Register();
            Note(time.GetTimestamp());
            if (_failures > 0)
                logger.HeartbeatRecovered(_tenure!.Id);
            _failures = 0;
            Pulse.Turned();
            // a lost claim's jobs wait for the beat that proves it
            return options.RenewEvery * (book.HasSuspects ? 0.25 : 1) * (0.9 + (Random.Shared.NextDouble() * 0.1));
        }
        catch (Exception e)
        {
            connection.Reset();
            Pulse.Turned(e);
            if (_failures++ == 0)
                logger.HeartbeatFailed(e, _tenure?.Id ?? Guid.Empty, _tenure?.Left ?? TimeSpan.Zero);
            var pause = Math.Min(options.RenewEvery.TotalMilliseconds, 200 * Math.Pow(2, Math.Min(_failures, 4)));
            return TimeSpan.FromMilliseconds(pause * (0.5 + (Random.Shared.NextDouble() * 0.5)));
        }
    }

    private void Note(long now)
    {
        if (_beatAt != 0 && time.GetElapsedTime(_beatAt, now) >= Outage)
            Volatile.Write(ref _backAt, now);
        Volatile.Write(ref _beatAt, now);
    }

    private void Register()
    {
        var id = Guid.NewGuid();
        var sent = time.GetTimestamp();
        var first = connection.Register(id, options.Duration, queues, routes, version);
        var tenure = new Tenure(id, first, time);
        tenure.Extend(DeadlineFrom(sent));
        _tenure = tenure;
        logger.WorkerRegistered(id, string.Join(", ", queues));
        lock (_gate)
            _registered.TrySetResult();
    }

    private void Beat(Tenure tenure)
    {
        var sent = time.GetTimestamp();
        var reply = connection.Beat(tenure.Id, options.Duration, tenure.FirstLease);
        if (!reply.Alive)
        {
            Lose(tenure, "the database had already declared it dead");
            return;
        }

        tenure.Extend(DeadlineFrom(sent));
        if (reply.Cancels.Length > 0)
            CancelsAsked?.Invoke(reply.Cancels, reply.Discards);
        var lost = book.Reconcile(reply.Leases);
        if (lost.Length > 0)
            logger.LostClaimsReturned(connection.ReturnLeases(lost, tenure.Id));
    }

    private long DeadlineFrom(long sent) => sent + (long)((options.Duration - Margin).TotalSeconds * time.TimestampFrequency);

    private void TryUnregister(Tenure tenure)
    {
        try
        {
            var left = connection.Beat(tenure.Id, options.Duration, tenure.FirstLease).Leases;
            if (left.Length > 0)
                connection.ReturnLeases(left, tenure.Id);
            connection.Unregister(tenure.Id);
        }
        catch (Exception e)
        {
            // the row expires by itself
            logger.HeartbeatFailed(e, tenure.Id, tenure.Left);
        }
    }
}
