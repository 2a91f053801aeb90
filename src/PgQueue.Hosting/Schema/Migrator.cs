using Microsoft.Extensions.Logging;
using Npgsql;
using PgQueue.Configuration;
using PgQueue.Diagnostics;

namespace PgQueue.Schema;

/// <summary>Brings one schema up to date, one transaction a step; any number of processes may do it at once, and each may be killed midway.</summary>
internal sealed class Migrator(SchemaName schema, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public async Task MigrateAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await ApplyAsync(source, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (PostgresException e) when (IsRace(e.SqlState) && time.GetElapsedTime(started) < Patience)
            {
                var wait = TimeSpan.FromMilliseconds(Random.Shared.Next(50, 100 + (50 * Math.Min(attempt, 20))));
                await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public async Task ValidateAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var state = await SchemaState.ReadAsync(connection, schema, cancellationToken).ConfigureAwait(false);
        state.Check(schema);
        if (state.Pending.Count > 0)
        {
            throw new SchemaVersionException(state.Applied == 0
                ? $"Schema \"{schema.Value}\" holds no queue. Set Migrate to Auto, or apply the script of PgQueueSchema.GetScript()."
                : $"Schema \"{schema.Value}\" is at version {state.Applied}, this package needs {MigrationCatalog.Latest}. Set Migrate to Auto, or apply the script of PgQueueSchema.GetScript({state.Applied}).");
        }
    }

    /// <summary>SQLSTATEs of another process doing the same at the same time, or of a lock that will be free soon.</summary>
    private static bool IsRace(string state) => state is
        PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DuplicateSchema or PostgresErrorCodes.DuplicateTable or
        PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected or
        PostgresErrorCodes.SerializationFailure or "XX000";

    private async Task ApplyAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var state = await SchemaState.ReadAsync(connection, schema, cancellationToken).ConfigureAwait(false);
        state.Check(schema);
        if (state.Pending.Count == 0)
            return;
        if (!state.HasLedger)
        {
            await RunAsync(connection, $"create schema if not exists \"{schema.Value}\"", cancellationToken).ConfigureAwait(false);
            await RunAsync(connection, schema.In(MigrationCatalog.Read("MigrationLedger.sql")), cancellationToken).ConfigureAwait(false);
        }

        foreach (var step in state.Pending)
            await ApplyAsync(connection, step, cancellationToken).ConfigureAwait(false);
        logger.SchemaMigrated(schema.Value, MigrationCatalog.Latest);
    }

    private async Task ApplyAsync(NpgsqlConnection connection, Migration step, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        await RunAsync(connection, "set local lock_timeout = '5s'; set local statement_timeout = 0; set local client_min_messages = warning", cancellationToken).ConfigureAwait(false);
        await RunAsync(connection, schema.In("select 1 from /*schema*/migration_lock for update"), cancellationToken).ConfigureAwait(false);
        await using var check = new NpgsqlCommand(schema.In("select count(*) from /*schema*/migration where version = $1"), connection);
        check.Parameters.Add(new NpgsqlParameter<int> { TypedValue = step.Version });
        if ((long)(await check.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))! > 0)
            return;
        await RunAsync(connection, schema.In(step.Sql), cancellationToken).ConfigureAwait(false);
        await using var record = new NpgsqlCommand(
            schema.In("insert into /*schema*/migration(version, name, hash, oldest_compatible) values ($1, $2, $3, $4)"), connection);
        record.Parameters.Add(new NpgsqlParameter<int> { TypedValue = step.Version });
        record.Parameters.Add(new NpgsqlParameter<string> { TypedValue = step.Name });
        record.Parameters.Add(new NpgsqlParameter<string> { TypedValue = step.Hash });
        record.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MigrationCatalog.OldestCompatible });
        await record.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
