using System.Data;
using Dapper;

namespace PgQueue.Storage;

/// <summary>Reads the figures.</summary>
internal sealed class StatsStore(QueueDatabase database)
{
    /// <summary>In one snapshot and two round trips.</summary>
    public async Task<ReportRows> ReadReportAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        var sql = string.Join(
            ";\n", database.Sql["ReadMoment"], database.Sql["ReadLive"], database.Sql["ReadCounts"], database.Sql["ReadWaits"], database.Sql["ReadRoutes"]);
        ReportRows rows;
        await using (var grid = await connection.QueryMultipleAsync(new CommandDefinition(sql, null, transaction, cancellationToken: cancellationToken)).ConfigureAwait(false))
        {
            var moment = await grid.ReadSingleAsync<MomentRow>().ConfigureAwait(false);
            var live = (await grid.ReadAsync<LiveRow>().ConfigureAwait(false)).AsList();
            var counts = (await grid.ReadAsync<CountRow>().ConfigureAwait(false)).AsList();
            var waits = (await grid.ReadAsync<WaitRow>().ConfigureAwait(false)).AsList();
            rows = new ReportRows(moment, live, counts, waits, (await grid.ReadAsync<RouteRow>().ConfigureAwait(false)).AsList());
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return rows;
    }

    public Task<IReadOnlyList<WorkerRow>> ReadWorkersAsync(CancellationToken cancellationToken) =>
        ReadAsync<WorkerRow>("ReadWorkers", null, cancellationToken);

    public Task<IReadOnlyList<HistoryRow>> ReadHistoryAsync(TimeSpan window, TimeSpan width, string? queue, CancellationToken cancellationToken) =>
        ReadAsync<HistoryRow>("ReadHistory", new { window = window.TotalSeconds, width = (int)width.TotalSeconds, queue }, cancellationToken);

    private async Task<IReadOnlyList<T>> ReadAsync<T>(string statement, object? parameters, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var rows = await connection.QueryAsync<T>(new CommandDefinition(database.Sql[statement], parameters, cancellationToken: cancellationToken)).ConfigureAwait(false);
        return rows.AsList();
    }
}
