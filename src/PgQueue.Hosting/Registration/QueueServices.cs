using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
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
        Admin = new JobAdmin(
            new AdminParts(search, new ActStore(Database), new UpkeepStore(Database), Reader, Hub, () => WorkerId?.Invoke(), Time), Actor);
        var types = new PayloadTypes(Registrations.Handlers, Routes);
        var composer = new JobComposer(types, Serializer, Lanes, Options.Retry);
        var enqueuer = new Enqueuer(new EnqueueSession(new EnqueueStore(Database)), Hub, () => WorkerId?.Invoke(), Time);
        Client = new JobClient(composer, enqueuer, new JobLookup(Reader, search, Hub), new EnqueueDelegateFactory(EnqueueMiddleware(services)),
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

    public ILogger Logger(string room) => new CalmLogger(Loggers.CreateLogger($"PgQueue.{room}"));

    public async ValueTask DisposeAsync()
    {
        Metrics.Dispose();
        Tracer.Dispose();
        Database.Dispose();
        await Sources.DisposeAsync().ConfigureAwait(false);
    }

    private List<IEnqueueMiddleware> EnqueueMiddleware(IServiceProvider services) =>
        [.. Registrations.Middleware
            .Where(m => typeof(IEnqueueMiddleware).IsAssignableFrom(m.Middleware))
            .Select(m => (IEnqueueMiddleware)services.GetRequiredService(m.Middleware))];
}
