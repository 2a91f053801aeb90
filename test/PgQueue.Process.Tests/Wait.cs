namespace PgQueue.ProcessTests;

/// <summary>Waits for conditions, never for a time.</summary>
internal static class Wait
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    public static Task UntilAsync(Func<bool> condition, string what, int seconds = 30) =>
        UntilAsync(() => Task.FromResult(condition()), what, seconds);

    public static async Task UntilAsync(Func<Task<bool>> condition, string what, int seconds = 30, Func<string>? state = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(seconds))
                Assert.Fail($"not within {seconds} s: {what}. {state?.Invoke()}");
            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    /// <summary>A moment between two faults of a series.</summary>
    public static Task MomentAsync(int least, int most) =>
        Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(least, most)), TimeProvider.System);
}
