using System.Runtime.InteropServices;
using PgQueue.Storage;

namespace PgQueue.Client;

/// <summary>Adds the rows of one snapshot up to a report.</summary>
internal sealed class ReportWriter
{
    private const int MostTypes = 100;
    private readonly ReportRows _rows;
    private readonly HashSet<string> _exact;
    private readonly string[] _prefixes;
    private readonly List<RouteRow> _workers;
    private readonly ReportTally _total = new();
    private readonly Dictionary<string, ReportTally> _queues = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ReportTally> _types = new(StringComparer.Ordinal);

    private ReportWriter(ReportRows rows)
    {
        _rows = rows;
        var names = rows.Routes.Where(r => r.Name is not null).Select(r => r.Name!).ToList();
        _exact = [.. names.Where(n => !n.EndsWith('*'))];
        _prefixes = [.. names.Where(n => n.EndsWith('*')).OrderByDescending(n => n.Length)];
        _workers = [.. rows.Routes.Where(r => r.Name is null)];
    }

    public static JobReport Write(ReportRows rows) => new ReportWriter(rows).Write();

    private JobReport Write()
    {
        var (queuesEstimated, typesEstimated) = (EstimatedFigures.None, EstimatedFigures.None);
        foreach (var wait in _rows.Waits)
            _queues[wait.Queue] = new ReportTally { Workers = _workers.Count(w => w.Queues!.Contains(wait.Queue, StringComparer.Ordinal)) };
        foreach (var row in _rows.Live)
        {
            var figure = row.Kind switch { LiveRow.Ready => EstimatedFigures.Ready, LiveRow.Scheduled => EstimatedFigures.Scheduled, _ => EstimatedFigures.Running };
            var queue = Of(_queues, row.Queue);
            foreach (var tally in (ReportTally[])[_total, queue, Of(_types, RouteOf(row.Type))])
                tally.Add(row);
            if (!row.IsExact)
            {
                queue.Estimated |= figure;
                queuesEstimated |= figure;
            }

            if (!row.IsWhole)
                typesEstimated |= figure;
        }

        foreach (var row in _rows.Counts)
            foreach (var tally in (ReportTally[])[_total, Of(_queues, row.Queue), Of(_types, row.Route)])
                tally.Add(row);
        foreach (var (type, tally) in _types)
        {
            // a type of which no sample was drawn may have jobs all the same
            tally.Estimated = typesEstimated;
            tally.Workers = _workers.Count(w => w.Routes!.Contains(type, StringComparer.Ordinal));
        }

        _total.Estimated = queuesEstimated;
        return new JobReport { At = Utc(_rows.Moment.At), Total = Total(), Queues = Queues(), Types = Types() };
    }

    private JobStats Total()
    {
        var oldest = _rows.Waits.Max(w => w.OldestSeconds);
        return new JobStats(
            _total.Ready, _total.Scheduled, _total.Deferred, _total.Running, _total.Succeeded, _total.Failed, _total.Cancelled, _total.Retries, _workers.Count, Age(oldest))
        {
            Estimated = _total.Estimated,
            LastMinute = _total.LastMinute(_rows.Moment),
            LastHour = _total.LastHour(_rows.Moment),
            LastDay = _total.LastDay(_rows.Moment),
        };
    }

    private List<QueueReport> Queues()
    {
        var ages = _rows.Waits.ToDictionary(w => w.Queue, w => w.OldestSeconds, StringComparer.Ordinal);
        return [.. _queues.OrderBy(q => q.Key, StringComparer.Ordinal).Select(q => new QueueReport
        {
            Queue = q.Key,
            OldestReadyAge = Age(ages.GetValueOrDefault(q.Key)),
            Ready = q.Value.Ready,
            Scheduled = q.Value.Scheduled,
            Deferred = q.Value.Deferred,
            Running = q.Value.Running,
            Succeeded = q.Value.Succeeded,
            Failed = q.Value.Failed,
            Cancelled = q.Value.Cancelled,
            Retries = q.Value.Retries,
            Workers = q.Value.Workers,
            Estimated = q.Value.Estimated,
            LastMinute = q.Value.LastMinute(_rows.Moment),
            LastHour = q.Value.LastHour(_rows.Moment),
            LastDay = q.Value.LastDay(_rows.Moment),
        })];
    }

    private List<TypeReport> Types()
    {
        var others = _types.GetValueOrDefault(TypeReport.Others);
        var sorted = _types.Where(t => t.Key.Length > 0)
            .OrderByDescending(t => t.Value.Unfinished).ThenByDescending(t => t.Value.Succeeded + t.Value.Failed + t.Value.Cancelled).ThenBy(t => t.Key, StringComparer.Ordinal).ToList();
        foreach (var (_, tally) in sorted.Skip(MostTypes))
            (others ??= new ReportTally()).Add(tally);
        var types = sorted.Take(MostTypes).Select(t => Type(t.Key, t.Value)).ToList();
        if (others is not null)
            types.Add(Type(TypeReport.Others, others));
        return types;
    }

    private TypeReport Type(string type, ReportTally tally) => new()
    {
        Type = type,
        Ready = tally.Ready,
        Scheduled = tally.Scheduled,
        Deferred = tally.Deferred,
        Running = tally.Running,
        Succeeded = tally.Succeeded,
        Failed = tally.Failed,
        Cancelled = tally.Cancelled,
        Retries = tally.Retries,
        Workers = tally.Workers,
        Estimated = tally.Estimated,
        LastMinute = tally.LastMinute(_rows.Moment),
        LastHour = tally.LastHour(_rows.Moment),
        LastDay = tally.LastDay(_rows.Moment),
    };

    /// <summary>As route_of in the database; a type that no worker knows is shown by its own name while it has unfinished jobs.</summary>
    private string RouteOf(string? type)
    {
        if (type is null || _exact.Contains(type))
            return type ?? TypeReport.Others;
        return Array.Find(_prefixes, p => type.AsSpan().StartsWith(p.AsSpan(0, p.Length - 1), StringComparison.Ordinal)) ?? type;
    }

    private static ReportTally Of(Dictionary<string, ReportTally> tallies, string name)
    {
        ref var tally = ref CollectionsMarshal.GetValueRefOrAddDefault(tallies, name, out _);
        return tally ??= new ReportTally();
    }

    private static TimeSpan? Age(double? seconds) => seconds is { } s ? TimeSpan.FromSeconds(Math.Max(0, s)) : null;

    private static DateTimeOffset Utc(DateTime value) => new(DateTime.SpecifyKind(value, DateTimeKind.Utc));
}
