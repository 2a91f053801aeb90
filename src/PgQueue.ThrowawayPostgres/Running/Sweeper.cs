using PgQueue.ThrowawayPostgres.Processes;

namespace PgQueue.ThrowawayPostgres.Running;

/// <summary>Removes what dead processes left behind and their watchers, if they had any, could not remove.</summary>
internal static class Sweeper
{
    private static readonly TimeSpan TemplateLife = TimeSpan.FromDays(2);

    public static async Task RunOnceAsync(OwnedDirectory ours, PostgresBinaries binaries, ServerAccount account, CancellationToken cancellationToken)
    {
        if (!ours.LockHolds())
            return;

        foreach (var orphan in OwnedDirectory.TakeOrphans(Workplace.Servers(account)))
        {
            using (orphan)
                await DirectoryRemover.RemoveAsync(orphan.Path, binaries, cancellationToken).ConfigureAwait(false);
        }

        foreach (var template in Directory.EnumerateDirectories(Workplace.Templates(account)))
        {
            if (TimeProvider.System.GetUtcNow().UtcDateTime - Directory.GetLastWriteTimeUtc(template) > TemplateLife)
                DirectoryRemover.TryDelete(template);
        }
    }
}
