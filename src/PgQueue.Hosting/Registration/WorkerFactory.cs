using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using PgQueue.Diagnostics;
using PgQueue.Leases;
using PgQueue.Loops;
using PgQueue.Maintenance;
using PgQueue.Notifications;
using PgQueue.Retry;
using PgQueue.Scheduling;
using PgQueue.Storage;
using PgQueue.Worker;

namespace PgQueue.Registration;

/// <summary>Puts one queue's workers together.</summary>
internal sealed class WorkerFactory(QueueServices queue, IServiceScopeFactory scopes)
{
    private const string DefaultQueue = "default";
    // one alone leaves a core idle during its commits; more than two only get in each other's way
    private const int Pumps = 2;

    private ScheduleLoop? _schedules;

    /// <summary>An engine whose schedules are defined, ready to start.</summary>
    public async Task<WorkerEngine> CreateAsync(CancellationToken cancellationToken)
    {
        var engine = Create();
        try
        {
            await _schedules!.DefineAsync(cancellationToken).ConfigureAwait(false);
            return engine;
        }
        catch (Exception)
        {
            await engine.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private WorkerEngine Create()
    {
        var options = queue.Options;
        var queues = options.Queues ?? new Dictionary<string, QueueOptions>(StringComparer.Ordinal) { [DefaultQueue] = new() };
        var book = new LeaseBook();
        var heartbeat = new Heartbeat(
            new LeaseConnection(queue.Database), book, options.Lease, [.. queues.Keys.Order(StringComparer.Ordinal)], queue.Routes.Names, Version(), queue.Time, queue.Logger("Leases"));
        heartbeat.TenureLost += (_, _) => queue.Metrics.LeaseLost();
        queue.WorkerId = () => heartbeat.Tenure?.Id;
        var due = new DueStore(queue.Database);
        var logger = queue.Logger("Worker");
        var progress = new ProgressLoop(new ProgressStore(queue.Database, due.Turnstile), queue.Time, queue.Logger("Progress"));
        var executor = new JobExecutor(
            queue.Routes, queue.Serializer, queue.Lanes, new OutcomeRules(new RetryDecider(options.Retry), queue.Time, logger, options.LogExceptions),
            new InTransactionCompletion(new CompletionStore(queue.Database), book, queue.Time), scopes,
            new RunTelemetry(queue.Tracer, queue.Metrics, queue.Time), progress, queue.Capture, logger);
        var pauses = new PauseBook(queue.Lanes);
        QueueFeed[] feeds = [.. queues.Select(q => new QueueFeed(
            new QueueRunner(q.Key, q.Value, options.Timeout, options.Lease.MaxCrashes, executor, pauses, queue.Time), options.Polling, queue.Time))];
        var parts = new WorkerParts(
            queue.Database, queue.Routes, queue.Lanes, heartbeat, book, new ClaimCursor(queue.Time),
            new Suspects(() => feeds.Sum(f => f.Runner.Held), queue.Time, logger), pauses, executor, feeds, progress, queue.Metrics, queue.Hub.AnnounceScheduled, queue.Time, logger);
        var listener = options.Notifications == NotificationMode.Off
            ? null
            : new Listener(new QueueChannel(queue.Database, due), queue.Hub, options.Polling, queue.Time, queue.Logger("Notifications"));
        bool Notified() => listener is { IsHealthy: true };
        queue.Notified = Notified;
        Pump[] pumps = [.. Enumerable.Range(0, Pumps).Select(i => new Pump(parts, takesSuspects: i == 0, Notified))];
        void WakePumps()
        {
            foreach (var pump in pumps)
                pump.Wake();
        }

        foreach (var feed in feeds)
            feed.Runner.Emptied += WakePumps;
        queue.Metrics.Gauges.View = new WorkerView(
            () => feeds.Select(f => (f.Runner.Name, f.Runner.Running)), listener is null ? null : Notified,
            new DepthSampler(queue.Reader.ReadDepthsAsync, queue.Time, queue.Logger("Upkeep")));
        var engine = new WorkerEngine(parts, options.Shutdown, due, queue.Hub, pumps, Loops(parts, due, listener, Notified, WakePumps, pumps[0]));
        queue.Watch.Attach(
            engine.Pulses, () => (heartbeat.Tenure?.Id, heartbeat.Tenure?.Left ?? TimeSpan.Zero), () => listener is { IsMissing: true });
        return engine;
    }

    private List<BackgroundLoop> Loops(
        WorkerParts parts, DueStore due, Listener? listener, Func<bool> notified, Action wakePumps, Pump first)
    {
        var upkeep = new UpkeepStore(queue.Database);
        var logger = queue.Logger("Upkeep");
        List<BackgroundLoop> loops =
        [
            new Rescuer(due, queue.Options.Lease, parts.Heartbeat, (jobs, failed) => Rescued(first, jobs, failed), queue.Time, queue.Logger("Leases")),
            new Promoter(due, queue.Lanes, () => parts.Heartbeat.Tenure?.Id ?? Guid.Empty, queue.Hub, queue.Time, logger),
            new WaitingTeller(parts, due, notified, wakePumps),
            new LeaseSweeper(upkeep, queue.Time, logger),
            new Janitor(upkeep, queue.Time, logger),
            new CounterRoller(upkeep, queue.Time, logger),
            new PartitionKeeper(upkeep, queue.Options, queue.Time, logger),
            _schedules = Schedules(parts, due),
        ];
        if (listener is not null)
            loops.Add(listener);
        return loops;
    }

    private ScheduleLoop Schedules(WorkerParts parts, DueStore due)
    {
        var logger = queue.Logger("Schedules");
        var definitions = ScheduleRules.Definitions(queue.Options, queue.Registrations, queue.ScheduleComposer);
        return new ScheduleLoop(
            new ScheduleStore(queue.Database, due.Turnstile), new DefinitionSync(definitions, queue.ScheduleChanges, queue.Time, logger), queue.Routes, queue.Lanes,
            () => parts.Heartbeat.Tenure?.Id, queue.Hub, queue.Time, logger);
    }

    private void Rescued(Pump first, int jobs, int failed)
    {
        queue.Metrics.Rescued(jobs, failed);
        queue.Hub.AnnounceReady(null);
        first.HeatSuspects();
    }

    private static string Version() =>
        typeof(WorkerFactory).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
}
