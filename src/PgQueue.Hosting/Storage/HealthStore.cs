using System.Data.Common;
using Dapper;

namespace PgQueue.Storage;

/// <summary>Reads what a health check needs, in one round trip.</summary>
internal sealed class HealthStore(QueueDatabase database)
{
    /// <param name="connection">An open connection.</param>
    /// <param name="worker">This process's worker, if it has one.</param>
    /// <param name="longestDelay">The longest delay of a retry.</param>
    /// <param name="overdueAfter">How late a schedule may be.</param>
    /// <param name="horizonAge">How long somebody may hold dead rows back.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<HealthRows> ReadAsync(
        DbConnection connection, Guid? worker, TimeSpan longestDelay, TimeSpan overdueAfter, TimeSpan horizonAge, CancellationToken cancellationToken)
    {
        var sql = string.Join(";\n", database.Sql["ReadHealth"], database.Sql["ReadReadyAges"], database.Sql["ReadOverdue"], database.Sql["ReadHorizon"]);
        var parameters = new
        {
            worker,
            delay = longestDelay.TotalSeconds,
            overdue = Seconds(overdueAfter),
            horizon = Seconds(horizonAge),
        };
        var command = new CommandDefinition(sql, parameters, cancellationToken: cancellationToken);
        await using var grid = await connection.QueryMultipleAsync(command).ConfigureAwait(false);
        var queue = await grid.ReadSingleAsync<HealthRow>().ConfigureAwait(false);
        var ready = await grid.ReadAsync<ReadyAgeRow>().ConfigureAwait(false);
        var overdueRows = await grid.ReadAsync<OverdueRow>().ConfigureAwait(false);
        var horizonRows = await grid.ReadAsync<HorizonRow>().ConfigureAwait(false);
        return new HealthRows(queue, ready.AsList(), overdueRows.AsList(), horizonRows.AsList());
    }

    /// <summary>Infinite is a century.</summary>
    private static double Seconds(TimeSpan age) => age == Timeout.InfiniteTimeSpan ? TimeSpan.FromDays(36_500).TotalSeconds : age.TotalSeconds;
}
