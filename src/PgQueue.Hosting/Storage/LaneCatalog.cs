using System.Collections.Frozen;
using Npgsql;
using NpgsqlTypes;

namespace PgQueue.Storage;

/// <summary>The lanes that are known, and the way to make one. A lane never goes away, so a cached one is right for ever.</summary>
internal sealed class LaneCatalog(QueueDatabase database)
{
    private volatile Snapshot _known = new(FrozenDictionary<(string, short), Lane>.Empty, FrozenDictionary<short, Lane>.Empty);

    public int Count => _known.ByNumber.Count;

    public Lane? Find(short number) => _known.ByNumber.GetValueOrDefault(number);

    /// <summary>The lanes of one queue in the order in which they are claimed: highest priority first.</summary>
    public Lane[] Of(string queue, bool isolated) =>
        [.. _known.ByNumber.Values.Where(l => l.Isolated == isolated && string.Equals(l.Queue, queue, StringComparison.Ordinal)).OrderByDescending(l => l.Priority)];

    public async ValueTask<short> EnsureAsync(string queue, int priority, CancellationToken cancellationToken)
    {
        if (_known.ByQueue.TryGetValue((queue, (short)priority), out var lane))
            return lane.Number;
        var number = (short)(await StorageErrors.ExplainAsync(database.ScalarAsync("EnsureLane", cancellationToken,
            new NpgsqlParameter<string> { TypedValue = queue },
            new NpgsqlParameter<short> { TypedValue = (short)priority, NpgsqlDbType = NpgsqlDbType.Smallint })).ConfigureAwait(false))!;
        await RefreshAsync(cancellationToken).ConfigureAwait(false);
        return number;
    }

    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(database.Sql["ReadLanes"], connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var lanes = new List<Lane>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            lanes.Add(new Lane(reader.GetInt16(0), reader.GetString(1), reader.GetInt16(2), reader.GetBoolean(3), reader.GetInt64(4)));
        _known = new Snapshot(lanes.Where(l => !l.Isolated).ToFrozenDictionary(l => (l.Queue, l.Priority)), lanes.ToFrozenDictionary(l => l.Number));
    }

    private sealed record Snapshot(FrozenDictionary<(string Queue, short Priority), Lane> ByQueue, FrozenDictionary<short, Lane> ByNumber);
}
