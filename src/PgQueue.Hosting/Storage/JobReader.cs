using System.Data;
using Dapper;
using NpgsqlTypes;
using PgQueue.Diagnostics;

namespace PgQueue.Storage;

/// <summary>Looks jobs up and counts them: the cold path.</summary>
internal sealed class JobReader(QueueDatabase database)
{
    /// <summary>A job and its last attempts, newest first, in one snapshot.</summary>
    public Task<(JobRow Job, IReadOnlyList<AttemptRow> Attempts)?> ReadJobAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync(statement => ReadJobAsync(id, statement, cancellationToken));

    private async Task<(JobRow Job, IReadOnlyList<AttemptRow> Attempts)?> ReadJobAsync(Guid id, Func<string, string> statement, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        var job = await connection.QuerySingleOrDefaultAsync<JobRow>(
            new CommandDefinition(statement("ReadJob"), new { id }, transaction, cancellationToken: cancellationToken)).ConfigureAwait(false);
        if (job is null)
            return null;
        var attempts = await connection.QueryAsync<AttemptRow>(
            new CommandDefinition(statement("ReadAttempts"), new { id }, transaction, cancellationToken: cancellationToken)).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return (job, attempts.AsList());
    }

    public async Task<IReadOnlyList<QueueDepth>> ReadDepthsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var depths = await connection.QueryAsync<QueueDepth>(
            new CommandDefinition(database.Sql["ReadDepths"], cancellationToken: cancellationToken)).ConfigureAwait(false);
        return depths.AsList();
    }

    /// <returns>Whether the job existed and had not finished.</returns>
    public async Task<bool> EndPendingAsync(Guid id, short outcome, string? reason, CancellationToken cancellationToken) =>
        await database.ScalarAsync("EndPending", cancellationToken, Parameters.Array(NpgsqlDbType.Uuid, new[] { id }),
            Parameters.Value(NpgsqlDbType.Smallint, outcome), Parameters.Value(NpgsqlDbType.Text, reason)).ConfigureAwait(false) is bool;

    public async Task NotifyAsync(string payload, CancellationToken cancellationToken)
    {
        var identity = await database.IdentityAsync(cancellationToken).ConfigureAwait(false);
        await database.ScalarAsync("Notify", cancellationToken,
            Parameters.Value(NpgsqlDbType.Text, identity.Channel), Parameters.Value(NpgsqlDbType.Text, payload)).ConfigureAwait(false);
    }
}
