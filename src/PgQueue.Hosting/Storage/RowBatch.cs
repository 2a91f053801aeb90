namespace PgQueue.Storage;

/// <summary>The rows of one enqueue call, made chunk by chunk, so that the next are written to JSON while the server works on the last.</summary>
internal sealed class RowBatch(int count, Func<int, CancellationToken, ValueTask<NewJobRow>> compose)
{
    public const int ChunkSize = 5000;
    private readonly NewJobRow[] _rows = new NewJobRow[count];
    private int _made;

    public int Chunks => (count + ChunkSize - 1) / ChunkSize;

    public int Count => count;

    /// <summary>The rows made so far: all of them once every chunk was asked for.</summary>
    public ArraySegment<NewJobRow> Made => new(_rows, 0, _made);

    public async ValueTask<ArraySegment<NewJobRow>> ChunkAsync(int index, CancellationToken cancellationToken)
    {
        var start = index * ChunkSize;
        var end = Math.Min(start + ChunkSize, count);
        for (; _made < end; _made++)
            _rows[_made] = await compose(_made, cancellationToken).ConfigureAwait(false);
        return new ArraySegment<NewJobRow>(_rows, start, end - start);
    }

    public async ValueTask<ArraySegment<NewJobRow>> AllAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < Chunks; i++)
            await ChunkAsync(i, cancellationToken).ConfigureAwait(false);
        return Made;
    }

    public static RowBatch Of(IReadOnlyList<NewJobRow> rows) => new(rows.Count, (i, _) => new ValueTask<NewJobRow>(rows[i]));
}
