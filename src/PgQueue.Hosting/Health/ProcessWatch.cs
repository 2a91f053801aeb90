using PgQueue.Loops;

namespace PgQueue.Health;

/// <summary>Where a process notes what becomes of one queue in it, for its health checks.</summary>
internal sealed class ProcessWatch(TimeProvider time)
{
    private readonly Lock _gate = new();
    private ProcessState _state;
    private long _since = time.GetTimestamp();
    private Exception? _startError;
    private IReadOnlyList<Pulse> _pulses = [];
    private Func<(Guid? Worker, TimeSpan LeaseLeft)> _lease = static () => (null, TimeSpan.Zero);
    private Func<bool> _isPolling = static () => false;

    /// <summary>The parts of the workers that are about to start.</summary>
    public void Attach(IReadOnlyList<Pulse> pulses, Func<(Guid? Worker, TimeSpan LeaseLeft)> lease, Func<bool> isPolling)
    {
        lock (_gate)
            (_pulses, _lease, _isPolling) = (pulses, lease, isPolling);
    }

    public void StartFailed(Exception error)
    {
        lock (_gate)
            _startError = error;
    }

    public void Enter(ProcessState state)
    {
        lock (_gate)
        {
            if (_state == state || _state == ProcessState.Stopping)
                return;
            (_state, _since) = (state, time.GetTimestamp());
            if (state is ProcessState.Working or ProcessState.EnqueueOnly)
                _startError = null;
        }
    }

    public ProcessFacts Read()
    {
        lock (_gate)
        {
            var facts = new ProcessFacts(_state, time.GetElapsedTime(_since)) { StartError = _startError };
            if (_state != ProcessState.Working)
                return facts;
            var (worker, left) = _lease();
            return facts with { Worker = worker, LeaseLeft = left, IsPolling = _isPolling(), Pulses = [.. _pulses.Select(p => p.Read())] };
        }
    }
}
