using System.Runtime.ExceptionServices;
using Npgsql;
using NpgsqlTypes;

namespace PgQueue.Storage;

/// <summary>What waiting for the end of jobs needs of the database.</summary>
internal sealed class WaitStore(QueueDatabase database)
{
    private const int TimeoutSeconds = 10;

    /// <summary>A completion counts from the statement in the handler's transaction, which may commit much later.</summary>
    private static readonly TimeSpan LongestTransaction = TimeSpan.FromDays(1);

    /// <summary>Begins and ends waits, and gives the jobs asked for that have ended or do not exist.</summary>
    public async Task<IReadOnlyList<EndedJob>> SendAsync(WaitRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await SendBatchAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException e) when (e.InnerException is AggregateException { InnerException: PostgresException first })
        {
            // both statements were refused; the first says why
            ExceptionDispatchInfo.Throw(first);
            throw;
        }
    }

    private async Task<List<EndedJob>> SendBatchAsync(WaitRequest request, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        // with barriers each statement is a transaction of its own: the wait must be visible to others before the look
        await using var batch = new NpgsqlBatch(connection) { Timeout = TimeoutSeconds, EnableErrorBarriers = true };
        if (request.Begin.Count + request.End.Count > 0)
        {
            var watch = Add(batch, "WatchJobs");
            watch.Add(Parameters.Uuid(request.Process));
            watch.Add(Parameters.Array(NpgsqlDbType.Uuid, request.Begin.Count > 0 ? request.Begin.ToArray() : null));
            watch.Add(Parameters.Array(NpgsqlDbType.Uuid, request.End.Count > 0 ? request.End.ToArray() : null));
        }

        var asks = request.First.Count + request.Again.Count > 0;
        if (asks)
        {
            var look = Add(batch, "ReadEnded");
            look.Add(Parameters.Array(NpgsqlDbType.Uuid, request.First.ToArray()));
            look.Add(Parameters.Array(NpgsqlDbType.Uuid, request.Again.ToArray()));
            look.Add(Parameters.Value(NpgsqlDbType.Double, (request.Age + LongestTransaction).TotalSeconds));
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        if (asks && batch.BatchCommands.Count > 1)
            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        var ended = new List<EndedJob>();
        while (asks && await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            ended.Add(Read(reader));
        return ended;
    }

    private NpgsqlParameterCollection Add(NpgsqlBatch batch, string statement)
    {
        var command = new NpgsqlBatchCommand(database.Sql[statement]);
        batch.BatchCommands.Add(command);
        return command.Parameters;
    }

    private static EndedJob Read(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetInt16(1) is not 0 and var outcome ? (AttemptOutcome)outcome : null, reader.IsDBNull(2) ? null : reader.GetString(2),
        reader.IsDBNull(3) ? null : reader.GetFieldValue<byte[]>(3));
}
