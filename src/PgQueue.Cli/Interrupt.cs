using System.Runtime.InteropServices;

namespace PgQueue.Cli;

/// <summary>Ctrl-C and SIGTERM. The first one asks the command to end; the second one ends the process at once.</summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _signals;
    private Action? _gently;
    private int _asked;

    public Interrupt() =>
        _signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];

    public CancellationToken Token => _source.Token;

    public bool IsAsked => Volatile.Read(ref _asked) > 0;

    /// <summary>From now on the first signal calls this in place of cancelling the token, so that the work can end where it can be counted.</summary>
    public void EndGently(Action ask) => Volatile.Write(ref _gently, ask);

    public void Cancel() => _source.Cancel();

    public void Dispose()
    {
        foreach (var signal in _signals)
            signal.Dispose();
        _source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref _asked) > 1)
            return;
        context.Cancel = true;
        if (Volatile.Read(ref _gently) is { } ask)
            ask();
        else
            _source.Cancel();
    }
}
