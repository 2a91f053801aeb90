namespace PgQueue.Health;

/// <summary>One question for all who ask at the same time, and an answer that is good for a while.</summary>
/// <param name="ask">The question. It never throws. The token fires at the limit; a question that does not heed it is waited for no longer, and not asked again beside itself.</param>
/// <param name="late">The answer when none came within the limit.</param>
/// <param name="time">The clock.</param>
internal sealed class SharedAnswer<T>(Func<CancellationToken, Task<T>> ask, Func<T> late, TimeProvider time)
{
    private readonly Lock _gate = new();
    private Task<T>? _asked;
    private long _begunAt;
    private long _endedAt;

    public async Task<T> GetAsync(TimeSpan goodFor, TimeSpan limit, CancellationToken cancellationToken)
    {
        Task<T> answer;
        TimeSpan left;
        lock (_gate)
        {
            if (_asked is null || (_asked.IsCompleted && time.GetElapsedTime(_endedAt) >= goodFor))
            {
                _begunAt = time.GetTimestamp();
                _asked = Task.Run(() => AskAsync(limit), CancellationToken.None);
            }

            answer = _asked;
            left = limit - time.GetElapsedTime(_begunAt);
        }

        try
        {
            return await answer.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return late();
        }
    }

    private async Task<T> AskAsync(TimeSpan limit)
    {
        using var end = new CancellationTokenSource(limit, time);
        try
        {
            return await ask(end.Token).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
                _endedAt = time.GetTimestamp();
        }
    }
}
