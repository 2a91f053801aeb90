using PgQueue.Schema;
using PgQueue.Tests.Storage;

namespace PgQueue.Tests.Schema;

/// <summary>The script for those who apply changes by hand does what the migrator does.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class SchemaScriptTests : MigratorFixture
{
    [TestCase("pgqueue")]
    [TestCase("other_1")]
    public async Task The_script_makes_the_schema_that_the_migrator_makes(string schema)
    {
        await ApplyAsync(PgQueueSchema.GetScript(schema: schema));
        await using var migrated = await Session.OpenAsync(await TestDatabase.CreateMigratedAsync());
        Assert.That(await CatalogAsync(schema), Is.EqualTo(await CatalogAsync(of: migrated)));
    }

    [Test]
    public async Task After_the_script_the_migrator_finds_nothing_to_do()
    {
        await ApplyAsync(PgQueueSchema.GetScript());
        await Migrator().ValidateAsync(Source, CancellationToken.None);
        var before = await C.ListAsync<string>("select x::text from /*schema*/migration x");
        await MigrateAsync();
        Assert.That(await C.ListAsync<string>("select x::text from /*schema*/migration x"), Is.EqualTo(before));
    }

    [Test]
    public void A_script_from_the_newest_version_has_nothing_to_do() =>
        Assert.That(PgQueueSchema.GetScript(PgQueueSchema.Version), Does.Not.Contain("begin;"));

    [Test]
    public void A_script_from_a_version_in_between_holds_only_the_later_steps()
    {
        var script = PgQueueSchema.GetScript(5);
        foreach (var step in MigrationCatalog.All)
            Assert.That(script.Contains(step.Hash, StringComparison.Ordinal), Is.EqualTo(step.Version > 5), step.Name);
    }

    [TestCase(-1)]
    [TestCase(1000)]
    public void A_script_from_no_known_version_is_refused(int version) =>
        Assert.That(() => PgQueueSchema.GetScript(version), Throws.TypeOf<ArgumentOutOfRangeException>());

    [TestCase("Public")]
    [TestCase("a\"; drop table x; --")]
    [TestCase("")]
    public void A_name_that_is_no_schema_name_is_refused(string schema)
    {
        Assert.That(() => PgQueueSchema.GetScript(schema: schema), Throws.ArgumentException);
        Assert.That(() => PgQueueSchema.GetGrantsScript(schema), Throws.ArgumentException);
    }

    // psql reads the lines that start with a backslash; the rest is SQL
    private Task ApplyAsync(string script) =>
        C.RunAsync(string.Join('\n', script.Split('\n').Where(line => !line.StartsWith('\\'))));
}
