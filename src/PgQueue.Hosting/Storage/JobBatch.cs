using Npgsql;
using NpgsqlTypes;

namespace PgQueue.Storage;

/// <summary>Jobs to act on. Of a page of ready ones it is known where they are.</summary>
internal sealed class JobBatch
{
    public JobBatch(Guid job) => Ids = [job];

    public JobBatch(IReadOnlyList<FoundJobRow> rows)
    {
        Ids = [.. rows.Select(r => r.Id)];
        Lanes = [.. rows.Select(r => r.Lane)];
        Seqs = [.. rows.Select(r => r.Seq)];
    }

    public Guid[] Ids { get; }

    private short[]? Lanes { get; }

    private long[]? Seqs { get; }

    public void AddTo(NpgsqlParameterCollection parameters)
    {
        parameters.Add(Parameters.Array(NpgsqlDbType.Uuid, Ids));
        parameters.Add(Parameters.Array(NpgsqlDbType.Smallint, Lanes));
        parameters.Add(Parameters.Array(NpgsqlDbType.Bigint, Seqs));
    }
}
