using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using PgQueue.Client;
using PgQueue.Configuration;
using PgQueue.Diagnostics;
using PgQueue.Handlers;
using PgQueue.Health;
using PgQueue.Notifications;
using PgQueue.Payloads;
using PgQueue.Storage;

namespace PgQueue.Registration;

/// <summary>Everything of one queue that client and workers share, made from its options when first needed.</summary>
internal sealed class QueueServices : IAsyncDisposable
{
    /// <summary>A pool with fewer connections than this has none to spare for listening.</summary>
    private const int LeastPoolToListen = 3;
    private readonly EndWatch _waits;

    public QueueServices(IServiceProvider services, string name)
    {
        Name = name;
        Options = services.GetRequiredService<IOptionsMonitor<PgQueueOptions>>().Get(name);
        Registrations = services.GetRequiredService<IOptionsMonitor<PgQueueRegistrations>>().Get(name);
        Time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        Metrics = new QueueMetrics(services.GetService<IMeterFactory>(), name);
        Tracer = new QueueTracer(name);
        Loggers = services.GetRequiredService<ILoggerFactory>();
        Sources = new DataSources(Options, name, services.FindDataSource(name), services.GetService<IConfiguration>());
        Database = new QueueDatabase(Sources, new SchemaName(Options.Schema));
        Lanes = new LaneCatalog(Database);
        Reader = new JobReader(Database);
        Serializer = new PayloadSerializer(Options.Payload);
        Routes = new RouteTable(Registrations.Handlers, Registrations.Middleware);
        var search = new JobSearch(Database);
        Actor = ActorName.Of(services.GetService<IHostEnvironment>()?.ApplicationName);
        var statistics = new Statistics(new StatsStore(Database));
        Admin = new JobAdmin(
            new AdminParts(search, new ActStore(Database), new UpkeepStore(Database), Reader, statistics, Hub, () => WorkerId?.Invoke(), Time), Actor);
        var types = new PayloadTypes(Registrations.Handlers, Routes);
        var composer = new JobComposer(types, Serializer, Lanes, Options.Retry);
        var enqueuer = new Enqueuer(new EnqueueSession(new EnqueueStore(Database)), Hub, () => WorkerId?.Invoke(), Time);
        _waits = new EndWatch(new WaitStore(Database), Hub, () => Notified?.Invoke() == true, Listener, Time, Logger("Client"));
        if (Registrations.RunsWorkers(Options) && LogCapture.IsAsked(Options, Registrations.Handlers.Select(h => h.Options)))
            Loggers.AddProvider(Capture = new LogCapture(Options, Time));
        Client = new JobClient(composer, enqueuer, new JobLookup(Reader, search, statistics, Hub), new JobWaits(_waits, Serializer), new EnqueueDelegateFactory(EnqueueMiddleware(services)),
            new EnqueueTelemetry(Tracer, Metrics, Routes));
        ScheduleComposer = new ScheduleComposer(types, Routes, Serializer, Options.Retry);
        ScheduleChanges = new ScheduleChanges(Database, Lanes);
        Schedules = new ScheduleClient(
            ScheduleComposer, ScheduleChanges, Lanes, Hub, () => WorkerId?.Invoke(), schedule => ScheduleRules.Defines(Options, Registrations, schedule),
            Actor);
        Watch = new ProcessWatch(Time);
        var judge = new ProcessJudge(Options, PgQueueRules.PathOf(name));
        Liveness = new LivenessCheck(Watch, judge);
        HealthCheck = new PgQueueHealthCheck(
            Watch, new DatabaseProbe(Database, Options, () => WorkerId?.Invoke(), Time), judge, new DatabaseJudge(Options, PgQueueRules.PathOf(name)));
    }

    public string Name { get; }

    public PgQueueOptions Options { get; }

    public PgQueueRegistrations Registrations { get; }

    public TimeProvider Time { get; }

    public ILoggerFactory Loggers { get; }

    public DataSources Sources { get; }

    public QueueDatabase Database { get; }

    public LaneCatalog Lanes { get; }

    public JobReader Reader { get; }

    public PayloadSerializer Serializer { get; }

    public RouteTable Routes { get; }

    public QueueMetrics Metrics { get; }

    public QueueTracer Tracer { get; }

    public WakeHub Hub { get; } = new();

    public IJobClient Client { get; }

    public IScheduleClient Schedules { get; }

    public IJobAdmin Admin { get; }

    /// <summary>In whose name this process acts where nobody says otherwise.</summary>
    public string Actor { get; }

    /// <summary>Where the host's events and the workers tell how they are.</summary>
    public ProcessWatch Watch { get; }

    public IHealthCheck HealthCheck { get; }

    public IHealthCheck Liveness { get; }

    public ScheduleComposer ScheduleComposer { get; }

    public ScheduleChanges ScheduleChanges { get; }

    /// <summary>The id of this process's worker, while it has one: its own enqueues need not notify it.</summary>
    public Func<Guid?>? WorkerId { get; set; }

    /// <summary>Whether the listener of this process's workers hears notifications, while there is one.</summary>
    public Func<bool>? Notified { get; set; }

    /// <summary>What takes the lines that handlers log, where some option asks for it.</summary>
    public LogCapture? Capture { get; }

    public ILogger Logger(string room) => new CalmLogger(Loggers.CreateLogger($"PgQueue.{room}"));

    public async ValueTask DisposeAsync()
    {
        await _waits.DisposeAsync().ConfigureAwait(false);
        Metrics.Dispose();
        Tracer.Dispose();
        Database.Dispose();
        await Sources.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>A listener for a process whose workers have none.</summary>
    private Listener? Listener()
    {
        if (Options.Notifications == NotificationMode.Off || Registrations.RunsWorkers(Options)
            || new NpgsqlConnectionStringBuilder(Database.Source.ConnectionString) is { Pooling: true, MaxPoolSize: < LeastPoolToListen })
            return null;
        return new Listener(new QueueChannel(Database, new DueStore(Database)), Hub, Options.Polling, Time, Logger("Notifications"));
    }

    private List<IEnqueueMiddleware> EnqueueMiddleware(IServiceProvider services) =>
        [.. Registrations.Middleware
            .Where(m => typeof(IEnqueueMiddleware).IsAssignableFrom(m.Middleware))
            .Select(m => (IEnqueueMiddleware)services.GetRequiredService(m.Middleware))];
}
