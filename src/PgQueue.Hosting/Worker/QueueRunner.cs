using System.Collections.Concurrent;
using PgQueue.Storage;

namespace PgQueue.Worker;

/// <summary>Runs the claimed jobs of one queue, as many at once as its concurrency allows.</summary>
internal sealed class QueueRunner(string name, QueueOptions options, TimeSpan globalTimeout, int maxCrashes, JobExecutor executor, PauseBook pauses, TimeProvider time)
{
    private const int JobsBetweenYields = 64;
    private static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(1);
    private readonly ConcurrentQueue<(WorkItem Item, long Since)> _first = new();
    private readonly ConcurrentQueue<(WorkItem Item, long Since)> _waiting = new();
    private readonly LastAttempts _last = new(maxCrashes, time);
    private readonly ConcurrentBag<RunSlot> _free = [];
    private readonly ConcurrentBag<RunSlot> _slots = [];
    private readonly ConcurrentDictionary<WorkItem, bool> _running = new();
    private readonly RunTimes _times = new(options.Concurrency, time);
    private readonly TimeSpan _timeout = options.Timeout ?? globalTimeout;
    private readonly Lock _gate = new();
    private int _runners;
    private int _held;
    private int _asked;

    /// <summary>Nothing waits here any more, or places were kept for a claim that did not fill them: a good moment to flush and to claim.</summary>
    public event Action? Emptied;

    public string Name => name;

    public int Concurrency => options.Concurrency;

    /// <summary>Claimed and not finished: waiting or running.</summary>
    public int Held => Volatile.Read(ref _held);

    public int Waiting => _first.Count + _waiting.Count;

    /// <summary>How many run at the moment.</summary>
    public int Running => _slots.Count(s => s.Job is not null);

    public bool HasMore => !_first.IsEmpty || !_waiting.IsEmpty;

    /// <summary>How many jobs to claim now; 0 while enough are at hand.</summary>
    public int Want()
    {
        var prefetch = _last.AreComing ? 0 : _times.Prefetch();
        if (prefetch > 0)
            return Waiting > prefetch / 2 ? 0 : Math.Max(0, options.Concurrency + prefetch - Held);
        // without a reserve no two claims may be under way for one place
        return Math.Max(0, options.Concurrency - Held - Volatile.Read(ref _asked));
    }

    /// <summary>Asks for as many as it wants. Call <see cref="Answered"/> when they are here, or will never come.</summary>
    public int Ask()
    {
        lock (_gate)
        {
            var want = Want();
            Ask(want);
            return want;
        }
    }

    public void Ask(int jobs) => Interlocked.Add(ref _asked, jobs);

    public void Answered(int jobs)
    {
        Interlocked.Add(ref _asked, -jobs);
        // the other pump may have found every place asked for, and have something to claim for it
        if (Held < options.Concurrency)
            Emptied?.Invoke();
    }

    public void Add(IReadOnlyList<WorkItem> items)
    {
        var now = time.GetTimestamp();
        foreach (var item in items.Where(i => _last.IsOne(i.Job)))
            AddLast(item, now);
        foreach (var item in items.Where(i => !_last.IsOne(i.Job)))
        {
            Interlocked.Increment(ref _held);
            (item.Job.IsSuspect ? _first : _waiting).Enqueue((item, now));
        }

        for (var i = 0; i < items.Count && HasMore && TryAddRunner(); i++)
            ThreadPool.UnsafeQueueUserWorkItem(static runner => _ = runner.RunAsync(), this, preferLocal: false);
    }

    /// <summary>Hands back what waits: all of it, or only if it has waited for too long behind slow jobs.</summary>
    public int ReleaseWaiting(bool onlyIfStuck)
    {
        if (onlyIfStuck)
        {
            // what has a place of its own waits for a thread, and would wait for it anywhere in this process
            if (Held <= options.Concurrency || !(_first.TryPeek(out var oldest) || _waiting.TryPeek(out oldest)) || time.GetElapsedTime(oldest.Since) < LongestHold)
                return 0;
            _times.Distrust();
        }

        var released = 0;
        while (TryTake(out var entry))
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
                timedOut(job, slot.Timeout);
    }

    public void StopAll(StopReason reason)
    {
        foreach (var slot in _slots)
            slot.Stop(reason);
    }

    public void StopOne(Guid job, StopReason reason)
    {
        foreach (var slot in _slots)
            slot.StopIf(job, reason);
    }

    private static bool Release(WorkItem item) => item.Finish(new JobOutcome(item.Job, AttemptOutcome.Released));

    private bool TryTake(out (WorkItem Item, long Since) entry) => _first.TryDequeue(out entry) || _waiting.TryDequeue(out entry);

    /// <summary>A job on its last attempt starts before all that wait, or goes back.</summary>
    private void AddLast(WorkItem item, long now)
    {
        _last.Seen();
        if (!TryTakePlace())
        {
            if (_last.GoesBack(item.Job.Id))
            {
                Release(item);
                return;
            }

            Interlocked.Increment(ref _held);
        }

        _first.Enqueue((item, now));
    }

    private bool TryTakePlace()
    {
        for (var held = Held; held < options.Concurrency; held = Held)
            if (Interlocked.CompareExchange(ref _held, held + 1, held) == held)
                return true;
        return false;
    }

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
            _slots.Add(slot = new RunSlot(time));
        do
        {
            var sinceYield = 0;
            while (TryTake(out var entry))
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
        if (!item.Tenure.IsLive || pauses.Holds(item))
        {
            Release(item);
            return;
        }

        var now = time.GetTimestamp();
        var token = slot.Begin(item.Job, item.Tenure, now, TimeoutOf(item));
        _running.TryAdd(item, true);
        var outcome = await executor.RunAsync(item, slot, token).ConfigureAwait(false);
        _running.TryRemove(item, out _);
        _times.Add(time.GetTimestamp() - now);
        item.Finish(outcome);
    }

    private TimeSpan TimeoutOf(WorkItem item) =>
        item.Job.TimeoutMs is { } ms ? TimeSpan.FromMilliseconds(ms) : item.Route.Handler.Options.Timeout ?? _timeout;
}
