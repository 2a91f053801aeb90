using System.Collections.Concurrent;
using PgQueue.Storage;

namespace PgQueue.Worker;

/// <summary>Runs the claimed jobs of one queue, as many at once as its concurrency allows.</summary>
internal sealed class QueueRunner(string name, QueueOptions options, TimeSpan globalTimeout, JobExecutor executor, TimeProvider time)
{
    private const int JobsBetweenYields = 64;
    private static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(1);
    private readonly ConcurrentQueue<(WorkItem Item, long Since)> _waiting = new();
    private readonly ConcurrentBag<RunSlot> _free = [];
    private readonly ConcurrentBag<RunSlot> _slots = [];
    private readonly ConcurrentDictionary<WorkItem, bool> _running = new();
    private readonly RunTimes _times = new(options.Concurrency, time);
    private readonly TimeSpan _timeout = options.Timeout ?? globalTimeout;
    private int _runners;
    private int _held;

    /// <summary>Nothing waits here any more: a good moment to flush and to claim.</summary>
    public event Action? Emptied;

    public string Name => name;

    /// <summary>Claimed and not finished: waiting or running.</summary>
    public int Held => Volatile.Read(ref _held);

    public int Waiting => _waiting.Count;

    /// <summary>How many run at the moment.</summary>
    public int Running => _slots.Count(s => s.Job is not null);

    public bool HasMore => !_waiting.IsEmpty;

    /// <summary>How many jobs to claim now; 0 while enough are at hand.</summary>
    public int Want()
    {
        var prefetch = _times.Prefetch();
        var want = options.Concurrency + prefetch - Held;
        return want <= 0 || (prefetch > 0 && Waiting > prefetch / 2) ? 0 : want;
    }

    public void Add(IReadOnlyList<WorkItem> items)
    {
        Interlocked.Add(ref _held, items.Count);
        var now = time.GetTimestamp();
        foreach (var item in items)
            _waiting.Enqueue((item, now));
        for (var i = 0; i < items.Count && TryAddRunner(); i++)
            ThreadPool.UnsafeQueueUserWorkItem(static runner => _ = runner.RunAsync(), this, preferLocal: false);
    }

    /// <summary>Hands back what waits: all of it, or only if it has waited for too long behind slow jobs.</summary>
    public int ReleaseWaiting(bool onlyIfStuck)
    {
        if (onlyIfStuck)
        {
            // what has a place of its own waits for a thread, and would wait for it anywhere in this process
            if (Held <= options.Concurrency || !_waiting.TryPeek(out var oldest) || time.GetElapsedTime(oldest.Since) < LongestHold)
                return 0;
            _times.Distrust();
        }

        var released = 0;
        while (_waiting.TryDequeue(out var entry))
        {
            Release(entry.Item);
            Interlocked.Decrement(ref _held);
            released++;
        }

        return released;
    }

    /// <summary>Hands back what still runs; its own outcome, should there be one later, no longer counts.</summary>
    public int ReleaseRunning()
    {
        var released = 0;
        foreach (var (item, _) in _running)
            if (Release(item))
                released++;
        return released;
    }

    /// <summary>The watchdog's look at every running job.</summary>
    public void Inspect(long now, Action<ClaimedJob, TimeSpan> timedOut)
    {
        foreach (var slot in _slots)
            if (slot.Job is { } job && slot.Inspect(now))
                timedOut(job, time.GetElapsedTime(slot.StartedAt, now));
    }

    public void StopAll(StopReason reason)
    {
        foreach (var slot in _slots)
            slot.Stop(reason);
    }

    public void StopOne(Guid job)
    {
        foreach (var slot in _slots)
            slot.StopIf(job, StopReason.CancelAsked);
    }

    private static bool Release(WorkItem item) => item.Finish(new JobOutcome(item.Job, AttemptOutcome.Released));

    private bool TryAddRunner()
    {
        if (Interlocked.Increment(ref _runners) <= options.Concurrency)
            return true;
        Interlocked.Decrement(ref _runners);
        return false;
    }

    private async Task RunAsync()
    {
        if (!_free.TryTake(out var slot))
            _slots.Add(slot = new RunSlot());
        do
        {
            var sinceYield = 0;
            while (_waiting.TryDequeue(out var entry))
            {
                await RunAsync(entry.Item, slot).ConfigureAwait(false);
                Interlocked.Decrement(ref _held);
                // a long row of synchronous handlers must not keep the pump from its thread
                if (++sinceYield % JobsBetweenYields == 0)
                    await Task.Yield();
            }

            Interlocked.Decrement(ref _runners);
            Emptied?.Invoke();
        }
        while (HasMore && TryAddRunner());
        _free.Add(slot);
    }

    private async Task RunAsync(WorkItem item, RunSlot slot)
    {
        if (!item.Tenure.IsLive)
        {
            Release(item);
            return;
        }

        var now = time.GetTimestamp();
        var token = slot.Begin(item.Job, item.Tenure, now, DeadlineOf(item, now));
        _running.TryAdd(item, true);
        var outcome = await executor.RunAsync(item, slot, token).ConfigureAwait(false);
        _running.TryRemove(item, out _);
        _times.Add(time.GetTimestamp() - now);
        item.Finish(outcome);
    }

    private long DeadlineOf(WorkItem item, long now)
    {
        var timeout = item.Job.TimeoutMs is { } ms ? TimeSpan.FromMilliseconds(ms) : item.Route.Handler.Options.Timeout ?? _timeout;
        return timeout < TimeSpan.Zero ? long.MaxValue : now + (long)(timeout.TotalSeconds * time.TimestampFrequency);
    }
}
