namespace PgQueue.Tests;

/// <summary>Bounded waits.</summary>
internal static class Signals
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Longer than anything takes that works at all.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    public static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static TaskCompletionSource<T> New<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits for it, or fails with the name of what did not come.</summary>
    public static async Task<T> Of<T>(TaskCompletionSource<T> source, string what)
    {
        await Of(source.Task, what);
        return await source.Task;
    }

    public static Task Of(TaskCompletionSource source, string what) => Of(source.Task, what);

    public static async Task Of(Task task, string what)
    {
        try
        {
            await task.WaitAsync(Patience);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            Assert.Fail($"{what} did not happen within {Patience}");
        }
    }

    /// <summary>Looks until the condition holds.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, Func<Task<string>> state)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
                Assert.Fail($"still {await state()} after {Patience}");
            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), () => Task.FromResult($"not: {what}"));

    /// <summary>The job, once it is in that state.</summary>
    public static async Task<JobInfo> UntilAsync(this IJobClient client, Guid job, JobState state)
    {
        JobInfo? info = null;
        await UntilAsync(
            async () => (info = await client.GetAsync(job))?.State == state,
            () => Task.FromResult(info is null ? "unknown" : $"{info.State} and not {state}: {string.Join("; ", info.Attempts)}"));
        return info!;
    }

    /// <summary>The job, once it has that many ended attempts.</summary>
    public static async Task<JobInfo> UntilAttemptsAsync(this IJobClient client, Guid job, int count)
    {
        JobInfo? info = null;
        await UntilAsync(async () => (info = await client.GetAsync(job))?.Attempts.Count >= count, () => Task.FromResult($"{info}"));
        return info!;
    }
}
