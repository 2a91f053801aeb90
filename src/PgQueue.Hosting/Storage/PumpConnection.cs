using Npgsql;
using NpgsqlTypes;
using PgQueue.Handlers;

namespace PgQueue.Storage;

/// <summary>The connection of one pump. Not for concurrent use; after an exception it opens a new connection by itself.</summary>
internal sealed class PumpConnection(QueueDatabase database, RouteTable routes, TimeProvider time) : IAsyncDisposable
{
    private const int TimeoutSeconds = 20;

    /// <summary>From where PostgreSQL counts its microseconds.</summary>
    private static readonly DateTime Epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private readonly Dictionary<string, (string Type, string? Route)> _types = new(StringComparer.Ordinal);
    private NpgsqlConnection? _connection;

    /// <summary>How often it was opened again: another server may answer since.</summary>
    public int Reopened { get; private set; } = -1;

    public async Task<PumpReply> ExecuteAsync(PumpRequest request, CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await using var batch = new NpgsqlBatch(connection) { Timeout = TimeoutSeconds };
            Compose(batch, request);
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            return await ReadAsync(reader, request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not PostgresException || connection.State != System.Data.ConnectionState.Open)
        {
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The gate's verdicts: 1 run, 0 busy, 5 or 9 settle with it.</summary>
    public async Task<Dictionary<Guid, short>> GateAsync(Guid[] jobs, CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(database.Sql["GateJobs"], connection) { CommandTimeout = TimeoutSeconds };
        command.Parameters.Add(Parameters.Array(NpgsqlDbType.Uuid, jobs));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var verdicts = new Dictionary<Guid, short>(jobs.Length);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            verdicts[reader.GetGuid(0)] = reader.GetInt16(1);
        return verdicts;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _connection, null) is { } connection)
            await connection.DisposeAsync().ConfigureAwait(false);
    }

    private void Compose(NpgsqlBatch batch, PumpRequest request)
    {
        if (request.Settle is { } settle)
            settle.AddTo(Add(batch, "SettleJobs"), time);
        foreach (var claim in request.Claims)
        {
            var parameters = Add(batch, "ClaimJobs");
            parameters.Add(Parameters.Uuid(request.Worker));
            parameters.Add(Parameters.Array(NpgsqlDbType.Smallint, claim.Lanes));
            parameters.Add(Parameters.Array(NpgsqlDbType.Bigint, claim.Bounds));
            parameters.Add(Parameters.Value(NpgsqlDbType.Integer, claim.Limit));
        }

        if (request.Advance is { } advance)
        {
            var parameters = Add(batch, "AdvanceCursor");
            parameters.Add(Parameters.Array(NpgsqlDbType.Smallint, advance.Lanes));
            parameters.Add(Parameters.Array(NpgsqlDbType.Bigint, advance.Bounds));
            parameters.Add(Parameters.Value(NpgsqlDbType.Bigint, advance.Mark.Seq));
            parameters.Add(Parameters.Value(NpgsqlDbType.Xid8, advance.Mark.TransactionId));
        }

        if (request.Mark)
            Add(batch, "MarkCursor");
    }

    private NpgsqlParameterCollection Add(NpgsqlBatch batch, string statement)
    {
        var command = new NpgsqlBatchCommand(database.Sql[statement]);
        batch.BatchCommands.Add(command);
        return command.Parameters;
    }

    private async Task<PumpReply> ReadAsync(NpgsqlDataReader reader, PumpRequest request, CancellationToken cancellationToken)
    {
        var reply = new PumpReply();
        if (request.Settle is not null)
        {
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            reply.Settled = new SettleReply(Leases(reader, 0), Leases(reader, 1), Leases(reader, 2));
            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (var claim in request.Claims)
        {
            reply.Claimed.Add(await ReadClaimAsync(reader, claim.Lanes, cancellationToken).ConfigureAwait(false));
            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        }

        if (request.Advance is not null)
        {
            var bounds = new Dictionary<short, long>();
            var passed = false;
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                passed = reader.GetBoolean(1);
                bounds[reader.GetInt16(0)] = reader.GetInt64(2);
            }

            reply.Advanced = new CursorReply(passed, bounds);
            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        }

        if (request.Mark && await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            reply.Mark = new CursorMark(reader.GetInt64(0), reader.GetFieldValue<ulong>(1));
        return reply;
    }

    private async Task<List<ClaimedJob>> ReadClaimAsync(NpgsqlDataReader reader, short[] lanes, CancellationToken cancellationToken)
    {
        var jobs = new List<ClaimedJob>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            jobs.Add(ReadJob(reader));
        // rows come in the order of the table's pages
        jobs.Sort((a, b) => a.Lane == b.Lane ? a.Seq.CompareTo(b.Seq) : Array.IndexOf(lanes, a.Lane).CompareTo(Array.IndexOf(lanes, b.Lane)));
        return jobs;
    }

    private ClaimedJob ReadJob(NpgsqlDataReader reader)
    {
        var (type, route) = reader.IsDBNull(6) ? default : Interned(reader.GetString(6));
        return ReadJob(reader, type, route);
    }

    private static ClaimedJob ReadJob(NpgsqlDataReader reader, string? type, string? route) => new()
    {
        LeaseId = reader.GetInt64(0),
        Seq = reader.GetInt64(1),
        Lane = reader.GetInt16(2),
        Attempt = reader.GetInt16(3),
        Crashes = reader.GetInt16(4),
        Id = reader.GetGuid(5),
        Type = type,
        Route = route,
        MaxAttempts = reader.IsDBNull(7) ? (short)1 : reader.GetInt16(7),
        TimeoutMs = reader.IsDBNull(8) ? null : reader.GetInt32(8),
        Keyed = !reader.IsDBNull(9) && reader.GetBoolean(9),
        Gate = !reader.IsDBNull(10) && reader.GetBoolean(10),
        Tomb = reader.IsDBNull(11) ? (short)0 : reader.GetInt16(11),
        CreatedAt = Instant(reader, 12) ?? default,
        Due = Instant(reader, 13),
        Headers = reader.IsDBNull(14) ? null : reader.GetFieldValue<byte[]>(14),
        Payload = reader.IsDBNull(15) ? null : reader.GetFieldValue<byte[]>(15),
    };

    /// <summary>One string a type name, however many jobs, with its route; bounded, because names need not be.</summary>
    private (string Type, string? Route) Interned(string type)
    {
        if (_types.TryGetValue(type, out var known))
            return known;
        known = (type, routes.NameOf(type));
        if (_types.Count < 1000)
            _types[type] = known;
        return known;
    }

    /// <summary>PostgreSQL's years reach further than ours, and one such row must not keep its neighbours from being read.</summary>
    private static DateTime? Instant(NpgsqlDataReader reader, int column)
    {
        if (reader.IsDBNull(column))
            return null;
        var ticks = (Int128)reader.GetFieldValue<long>(column) * TimeSpan.TicksPerMicrosecond + Epoch.Ticks;
        return ticks > DateTime.MinValue.Ticks && ticks < DateTime.MaxValue.Ticks ? new DateTime((long)ticks, DateTimeKind.Utc) : null;
    }

    private static HashSet<long> Leases(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? [] : [.. reader.GetFieldValue<long[]>(column)];

    private async ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (_connection is { State: System.Data.ConnectionState.Open } open)
            return open;
        await DisposeAsync().ConfigureAwait(false);
        _connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        Reopened++;
        return _connection;
    }
}
