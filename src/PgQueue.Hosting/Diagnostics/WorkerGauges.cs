using System.Diagnostics.Metrics;

namespace PgQueue.Diagnostics;

/// <summary>The observable instruments: what workers and database look like at the moment. They show nothing while no workers run.</summary>
internal sealed class WorkerGauges
{
    private readonly KeyValuePair<string, object?>[] _names;
    private volatile WorkerView? _view;

    /// <param name="meter">Where the instruments belong.</param>
    /// <param name="names">The tags of every measurement.</param>
    public WorkerGauges(Meter meter, KeyValuePair<string, object?>[] names)
    {
        _names = names;
        meter.CreateObservableUpDownCounter("pgqueue.jobs.running", Running, "{job}", "Jobs running in this process.");
        meter.CreateObservableGauge("pgqueue.notifications.healthy", Healthy, "1", "1 if notifications arrive, 0 if this process polls instead.");
        meter.CreateObservableGauge("pgqueue.queue.depth", Depth, "{job}", "Jobs that wait, in the whole cluster.");
        meter.CreateObservableGauge("pgqueue.queue.oldest_age", Oldest, "s", "How long the oldest ready job has been due, in the whole cluster.");
        meter.CreateObservableGauge("pgqueue.database.dead_rows", DeadRows, "{row}", "Dead rows in the table of ready jobs, by the server's statistics.");
        meter.CreateObservableGauge("pgqueue.database.oldest_transaction", OldestTransaction, "s", "Age of the oldest transaction that keeps dead rows from being removed.");
    }

    /// <summary>What to look at from now on; null when the workers have ended.</summary>
    public WorkerView? View
    {
        get => _view;
        set => _view = value;
    }

    private IEnumerable<Measurement<int>> Running() => _view is { } view ? view.Running().Select(q => new Measurement<int>(q.Jobs, Tags(q.Queue))) : [];

    private IEnumerable<Measurement<int>> Healthy() => _view?.Notified is { } notified ? [new Measurement<int>(notified() ? 1 : 0, _names)] : [];

    private IEnumerable<Measurement<long>> Depth() => Depths().SelectMany(q => new[]
    {
        new Measurement<long>(q.Ready, [.. Tags(q.Queue), new(TelemetryTags.State, "ready")]),
        new Measurement<long>(q.Scheduled, [.. Tags(q.Queue), new(TelemetryTags.State, "scheduled")]),
    });

    private IEnumerable<Measurement<double>> Oldest() => Depths().Select(q => new Measurement<double>(Math.Max(0, q.OldestSeconds ?? 0), Tags(q.Queue)));

    private IEnumerable<Measurement<long>> DeadRows() => Depths().Take(1).Select(q => new Measurement<long>(q.DeadRows, _names));

    private IEnumerable<Measurement<double>> OldestTransaction() =>
        Depths().Take(1).Select(q => new Measurement<double>(Math.Max(0, q.OldestTransactionSeconds ?? 0), _names));

    private IReadOnlyList<QueueDepth> Depths() => _view?.Depths.Observe() ?? [];

    private KeyValuePair<string, object?>[] Tags(string queue) => [.. _names, new(TelemetryTags.Queue, queue)];
}
