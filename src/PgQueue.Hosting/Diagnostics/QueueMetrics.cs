using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace PgQueue.Diagnostics;

/// <summary>
/// One queue's instruments of the meter <c>PgQueue</c>. A tag's value is a queue, a registered route or an outcome, never a stored type name, so
/// that tags stay few. Whatever a listener throws stays here, and nothing is allocated while nobody listens.
/// </summary>
internal sealed class QueueMetrics : IDisposable
{
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 86400],
    };

    private readonly Meter _meter;
    private readonly string _name;
    private readonly KnownNames _queues = new();
    private readonly Counter<long> _enqueued;
    private readonly Counter<long> _started;
    private readonly Counter<long> _finished;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _rescued;
    private readonly Counter<long> _leasesLost;
    private readonly Histogram<double> _runDuration;
    private readonly Histogram<double> _waitDuration;
    private readonly Histogram<double> _claimDuration;

    /// <param name="factory">The application's, which tells its meters from another's in the same process; null for none.</param>
    /// <param name="name">The name of a named queue; empty for the unnamed one.</param>
    public QueueMetrics(IMeterFactory? factory, string name)
    {
        _meter = factory?.Create(TelemetryTags.SourceName) ?? new Meter(TelemetryTags.SourceName);
        _name = name;
        _enqueued = _meter.CreateCounter<long>("pgqueue.jobs.enqueued", "{job}", "Jobs given to an enqueue call that returned.");
        _started = _meter.CreateCounter<long>("pgqueue.jobs.started", "{job}", "Runs started.");
        _finished = _meter.CreateCounter<long>("pgqueue.jobs.finished", "{job}", "Attempts whose outcome the database took.");
        _refused = _meter.CreateCounter<long>("pgqueue.outcomes.refused", "{job}", "Outcomes refused because the lease had ended: the job runs elsewhere.");
        _rescued = _meter.CreateCounter<long>("pgqueue.jobs.rescued", "{job}", "Jobs of dead workers, taken over by this process.");
        _leasesLost = _meter.CreateCounter<long>("pgqueue.leases.lost", "{lease}", "Times this process was declared dead, or could not prove that it lives.");
        _runDuration = _meter.CreateHistogram("pgqueue.job.duration", "s", "How long a run took.", tags: null, Seconds);
        _waitDuration = _meter.CreateHistogram("pgqueue.job.wait", "s", "From the enqueue, or the due time, to the start of a first attempt.", tags: null, Seconds);
        _claimDuration = _meter.CreateHistogram(
            "pgqueue.claim.duration", "s", "Round trip of one turn of the pump that claimed at least one job, outcomes settled with it included.", tags: null, Seconds);
        Gauges = new WorkerGauges(_meter, name.Length == 0 ? [] : [new(TelemetryTags.Name, name)]);
    }

    public WorkerGauges Gauges { get; }

    public bool CountsEnqueued => _enqueued.Enabled;

    public bool CountsFinished => _finished.Enabled;

    /// <summary>Jobs given to an enqueue call. The queue's name is the caller's choice, so only so many are told apart.</summary>
    public void Enqueued(string queue, string route, EnqueueOutcome outcome, long jobs) => Add(_enqueued, jobs, _queues.Of(queue), route, TelemetryTags.Of(outcome));

    public void Started(JobFacts facts, string route, DateTimeOffset now)
    {
        Add(_started, 1, facts.Queue, route);
        if (facts.Attempt != 1 || !_waitDuration.Enabled)
            return;
        var since = facts.ScheduledFor > facts.EnqueuedAt ? facts.ScheduledFor.Value : facts.EnqueuedAt;
        // by two clocks, those of the database and of this process
        Record(_waitDuration, Math.Max(0, (now - since).TotalSeconds), facts.Queue, route);
    }

    public void Ran(string queue, string route, AttemptOutcome outcome, TimeSpan duration) =>
        Record(_runDuration, duration.TotalSeconds, queue, route, TelemetryTags.Of(outcome));

    public void Finished(string queue, string route, AttemptOutcome outcome) => Add(_finished, 1, queue, route, TelemetryTags.Of(outcome));

    public void Refused(string queue, string route) => Add(_refused, 1, queue, route);

    public void Rescued(int jobs, int failed)
    {
        Add(_rescued, jobs - failed, outcome: "returned");
        Add(_rescued, failed, outcome: TelemetryTags.Of(AttemptOutcome.Failed));
    }

    public void LeaseLost() => Add(_leasesLost, 1);

    public void Claimed(TimeSpan duration) => Record(_claimDuration, duration.TotalSeconds);

    public void Dispose()
    {
        // a factory's meter lives as long as the factory
        Gauges.View = null;
        _meter.Dispose();
    }

    private void Add(Counter<long> counter, long count, string? queue = null, string? route = null, string? outcome = null)
    {
        if (!counter.Enabled || count == 0)
            return;
        try
        {
            counter.Add(count, Tags(queue, route, outcome));
        }
        catch (Exception)
        {
            // a listener's
        }
    }

    private void Record(Histogram<double> histogram, double value, string? queue = null, string? route = null, string? outcome = null)
    {
        if (!histogram.Enabled)
            return;
        try
        {
            histogram.Record(value, Tags(queue, route, outcome));
        }
        catch (Exception)
        {
            // a listener's
        }
    }

    private TagList Tags(string? queue, string? route, string? outcome)
    {
        var tags = default(TagList);
        if (queue is not null)
            tags.Add(TelemetryTags.Queue, queue);
        if (route is not null)
            tags.Add(TelemetryTags.Route, route);
        if (outcome is not null)
            tags.Add(TelemetryTags.Outcome, outcome);
        if (_name.Length > 0)
            tags.Add(TelemetryTags.Name, _name);
        return tags;
    }
}
