namespace PgQueue.Loops;

/// <summary>A signal that one waiter awaits with a time limit. Setting it twice before the wait counts once.</summary>
internal sealed class AsyncSignal
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _waiter;
    private bool _isSet;

    public void Set()
    {
        TaskCompletionSource? waiter;
        lock (_gate)
        {
            waiter = _waiter;
            _waiter = null;
            if (waiter is null)
                _isSet = true;
        }

        waiter?.TrySetResult();
    }

    /// <summary>Waits for the signal, the time limit or the cancellation, whichever comes first. Never throws.</summary>
    public async ValueTask WaitAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        TaskCompletionSource waiter;
        lock (_gate)
        {
            if (_isSet || limit <= TimeSpan.Zero || cancellationToken.IsCancellationRequested)
            {
                _isSet = false;
                return;
            }

            _waiter = waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        await using var timer = time.CreateTimer(static state => ((TaskCompletionSource)state!).TrySetResult(), waiter, limit, Timeout.InfiniteTimeSpan);
        await using var registration = cancellationToken.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), waiter);
        await waiter.Task.ConfigureAwait(false);
        lock (_gate)
        {
            if (ReferenceEquals(_waiter, waiter))
                _waiter = null;
        }
    }
}
