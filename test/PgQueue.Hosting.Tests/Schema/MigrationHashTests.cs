using PgQueue.Schema;

namespace PgQueue.Tests.Schema;

/// <summary>Released steps are immutable: a database that has one never sees its new text.</summary>
internal sealed class MigrationHashTests
{
    [Test]
    public async Task Released_steps_are_immutable()
    {
        var file = Path.Combine(Root(), "test", "PgQueue.Hosting.Tests", "Schema", "hashes.txt");
        string[] hashes = [.. MigrationCatalog.All.Select(m => $"{m.Version:D4}_{m.Name} {m.Hash}")];
        if (string.Equals(Environment.GetEnvironmentVariable("PGQUEUE_ACCEPT_HASHES"), "1", StringComparison.Ordinal))
            await File.WriteAllTextAsync(file, string.Join('\n', hashes) + "\n");
        Assert.That(hashes, Is.EqualTo(await File.ReadAllLinesAsync(file)),
            "Add a new step instead of changing one. Only a step that no release has carried may change: run this test with PGQUEUE_ACCEPT_HASHES=1.");
    }

    [Test]
    public void Steps_are_numbered_without_a_gap() =>
        Assert.That(MigrationCatalog.All.Select(m => m.Version), Is.EqualTo(Enumerable.Range(1, MigrationCatalog.Latest)));

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "PgQueue.Hosting.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside the repository.");
        return folder;
    }
}
