namespace PgQueue.Storage;

/// <summary>What a report is made of, from one snapshot.</summary>
internal sealed record ReportRows(
    MomentRow Moment, IReadOnlyList<LiveRow> Live, IReadOnlyList<CountRow> Counts, IReadOnlyList<WaitRow> Waits, IReadOnlyList<RouteRow> Routes);
