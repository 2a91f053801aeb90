using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PgQueue.Diagnostics;
using PgQueue.Registration;

namespace PgQueue.Tests.Diagnostics;

/// <summary>Telemetry costs nothing where nobody listens, and breaks nothing where somebody listens badly.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class QuietTests
{
    private static readonly JobFacts Facts = new()
    {
        Id = Guid.NewGuid(), Type = "work", Queue = "default", Priority = 0, Attempt = 1, MaxAttempts = 5, Token = 1,
        EnqueuedAt = DateTimeOffset.UnixEpoch, Headers = new Dictionary<string, string> { ["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
    };

    [Test]
    public void A_run_and_an_enqueue_allocate_nothing_while_nobody_listens()
    {
        using var tracer = new QueueTracer("named");
        using var metrics = new QueueMetrics(factory: null, "named");
        var run = new RunTelemetry(tracer, metrics, TimeProvider.System);
        Assert.That((metrics.CountsEnqueued, tracer.IsSending), Is.EqualTo((false, false)), "somebody listens to every meter or source of the process");
        Once();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            Once();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Once()
        {
            var span = run.Begin(Facts, "work");
            run.End(span, Facts, "work", 1, AttemptOutcome.Failed, null);
            if (metrics.CountsFinished || metrics.CountsEnqueued || tracer.IsSending)
                throw new InvalidOperationException();
            metrics.Finished("default", "work", AttemptOutcome.Succeeded);
            metrics.Claimed(TimeSpan.FromSeconds(1));
        }
    }

    [Test]
    public async Task A_listener_that_throws_costs_no_job([Values] bool atStart)
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), static q => q.OnWork(static (_, context, _) =>
            context.Attempt == 1 ? throw new IOException() : Task.CompletedTask));
        var source = host.Services.GetRequiredKeyedService<QueueServices>("").Tracer.Source;
        using var spans = new ActivityListener
        {
            ShouldListenTo = s => ReferenceEquals(s, source),
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = _ => Throw(atStart),
            ActivityStopped = _ => Throw(!atStart),
            ExceptionRecorder = static (Activity _, Exception _, ref TagList _) => Throw(true),
        };
        ActivitySource.AddActivityListener(spans);
        var factory = host.Services.GetRequiredService<IMeterFactory>();
        using var figures = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, factory))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        figures.SetMeasurementEventCallback<long>(static (_, _, _, _) => Throw(true));
        figures.SetMeasurementEventCallback<double>(static (_, _, _, _) => Throw(true));
        figures.Start();
        var job = await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("a"))).JobId, JobState.Succeeded);
        Assert.That(job.Attempts.Select(a => a.Outcome), Is.EqualTo(new[] { AttemptOutcome.Retried, AttemptOutcome.Succeeded }));
    }

    [Test]
    public async Task A_host_that_is_gone_is_heard_of_no_more()
    {
        var gone = new List<string>();
        var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), static q => q.OnWork());
        var queue = host.Services.GetRequiredKeyedService<QueueServices>("");
        var factory = host.Services.GetRequiredService<IMeterFactory>();
        using var spans = new SpanBook(host);
        using var figures = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument.Meter.Name == "PgQueue")
                    listener.EnableMeasurementEvents(instrument);
            },
            MeasurementsCompleted = (instrument, _) => gone.Add(instrument.Name),
        };
        figures.Start();
        Assert.That(queue.Tracer.Source.HasListeners(), Is.True);
        await host.DisposeAsync();
        Assert.That(queue.Tracer.Source.HasListeners(), Is.False);
        Assert.That(gone, Has.Count.EqualTo(15).And.Contains("pgqueue.queue.depth").And.Contains("pgqueue.jobs.finished"));
    }

    [Test]
    public async Task The_database_is_counted_while_somebody_observes_and_no_more_often_than_it_bears()
    {
        var time = new StillTime();
        var counts = 0;
        await using var sampler = new DepthSampler(_ =>
        {
            time.Now += 2 * TimeSpan.TicksPerSecond;
            counts++;
            return Task.FromResult<IReadOnlyList<QueueDepth>>([new QueueDepth { Queue = "default", Ready = counts }]);
        }, time, NullLogger.Instance);
        Assert.That(counts, Is.Zero);
        Assert.That(sampler.Observe(), Is.Empty);
        await Signals.UntilAsync(() => time.Waits.Count == 1, "the first count");
        for (var i = 0; i < 50; i++)
            Assert.That(sampler.Observe().Single().Ready, Is.EqualTo(1));
        Assert.That(time.Waits.Single(), Is.EqualTo(TimeSpan.FromSeconds(40)), "a twentieth of the time");
        time.Now += 101 * TimeSpan.TicksPerSecond;
        Assert.That(sampler.Observe(), Is.Empty, "too old");
    }

    private static void Throw(bool does)
    {
        if (does)
            throw new InvalidOperationException("a bad listener");
    }

    private sealed class StillTime : TimeProvider
    {
        public long Now { get; set; } = TimeSpan.TicksPerDay;

        public List<TimeSpan> Waits { get; } = [];

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime > TimeSpan.FromSeconds(10))
                Waits.Add(dueTime);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
