namespace PgQueue.Cli.Acts;

/// <summary>How many jobs fit a filter.</summary>
internal static class Counting
{
    private const int PageSize = 1000;

    public static async Task<long> CountAsync(IJobAdmin admin, JobFilter filter, CancellationToken cancellationToken)
    {
        var count = 0L;
        string? after = null;
        do
        {
            var page = await admin.FindAsync(filter, after, PageSize, cancellationToken).ConfigureAwait(false);
            count += page.Jobs.Count;
            after = page.Next;
        }
        while (after is not null);
        return count;
    }
}
