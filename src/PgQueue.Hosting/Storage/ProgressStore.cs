using NpgsqlTypes;

namespace PgQueue.Storage;

/// <summary>Writes the progress of running jobs. Shares the one connection of the loops.</summary>
internal sealed class ProgressStore(QueueDatabase database, Turnstile turnstile)
{
    /// <param name="rows">Of one worker, at least one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many counted: the leases of the others have ended.</returns>
    public async Task<long> ReportProgressAsync(IReadOnlyList<ProgressRow> rows, CancellationToken cancellationToken)
    {
        using var turn = await turnstile.EnterAsync(cancellationToken).ConfigureAwait(false);
        return (long)(await database.ScalarAsync(
            "ReportProgress", cancellationToken, Parameters.Uuid(rows[0].Worker), Parameters.Array(NpgsqlDbType.Uuid, rows.Select(r => r.Job).ToArray()),
            Parameters.Array(NpgsqlDbType.Bigint, rows.Select(r => r.Lease).ToArray()), Parameters.Array(NpgsqlDbType.Double, rows.Select(r => r.Fraction).ToArray()),
            Parameters.Texts([.. rows.Select(r => r.Message!)])).ConfigureAwait(false))!;
    }
}
