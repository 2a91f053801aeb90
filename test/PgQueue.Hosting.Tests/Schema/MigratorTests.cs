using Npgsql;
using PgQueue.Schema;
using PgQueue.Tests.Storage;

namespace PgQueue.Tests.Schema;

/// <summary>Many migrators at once, migrators that die, and schemas that do not fit.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class MigratorTests : MigratorFixture
{
    [Test]
    public async Task Sixteen_migrators_at_once_apply_every_step_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => MigrateAsync())));
        Assert.That(await StepsAsync(), Is.EqualTo(MigrationCatalog.All.Select(m => m.Version)));
        await using var alone = await Session.OpenAsync(await TestDatabase.CreateMigratedAsync());
        Assert.That(await CatalogAsync(), Is.EqualTo(await CatalogAsync(of: alone)));
    }

    [Test]
    public async Task Migrating_again_changes_nothing()
    {
        await MigrateAsync();
        var before = await C.ListAsync<string>("select x::text from /*schema*/migration x");
        await MigrateAsync();
        Assert.That(await C.ListAsync<string>("select x::text from /*schema*/migration x"), Is.EqualTo(before));
    }

    [Test]
    public async Task A_migrator_that_is_killed_in_any_step_leaves_that_step_undone_and_the_next_one_goes_on(
        [ValueSource(nameof(Steps))] int step)
    {
        await HoldAtAsync(step);
        var first = MigrateAsync();
        var pid = await WaitForHeldAsync(first);
        await C.RunAsync("select pg_terminate_backend($1)", pid);
        Assert.That(() => first, Throws.InstanceOf<NpgsqlException>());
        Assert.That(await StepsAsync(), Is.EqualTo(Enumerable.Range(1, step - 1)));
        if (step == 1)
            Assert.That(await C.OneAsync<bool>("select to_regclass('/*schema*/job') is null"), Is.True);

        await C.RunAsync("drop trigger hold on /*schema*/migration");
        await C.RunAsync("drop function public.hold()");
        await MigrateAsync();
        await using var alone = await Session.OpenAsync(await TestDatabase.CreateMigratedAsync());
        Assert.That(await CatalogAsync(), Is.EqualTo(await CatalogAsync(of: alone)));
    }

    [Test]
    public async Task A_migrator_waits_for_the_one_that_is_at_work_and_then_finds_its_steps()
    {
        await HoldAtAsync(3);
        var first = MigrateAsync();
        await WaitForHeldAsync(first);
        var second = MigrateAsync();
        await WaitForHeldAsync(second, waiters: 2);
        await C.RunAsync("select pg_advisory_unlock(1)");
        await Task.WhenAll(first, second);
        Assert.That(await StepsAsync(), Is.EqualTo(MigrationCatalog.All.Select(m => m.Version)));
    }

    [Test]
    public async Task Two_schemas_of_one_database_are_two_queues_of_the_same_shape()
    {
        await Task.WhenAll(MigrateAsync("one"), MigrateAsync("two"));
        Assert.That(await CatalogAsync("one"), Is.EqualTo(await CatalogAsync("two")));
        Assert.That(await C.OneAsync<bool>("select a.instance <> b.instance and a.channel <> b.channel from one.meta a, two.meta b"), Is.True);
        Assert.That(
            await C.OneAsync<bool>("select exists(select from pg_proc where pronamespace = 'two'::regnamespace and prosrc ~ '\"one\"')"), Is.False);
    }

    [Test]
    public async Task A_schema_that_is_missing_is_refused_with_what_to_do()
    {
        Assert.That(ValidateAsync, Refused("Schema \"pgqueue\" holds no queue. Set Migrate to Auto, or apply the script of PgQueueSchema.GetScript()."));
        Assert.That(await C.OneAsync<bool>("select to_regnamespace('pgqueue') is null"), Is.True, "to validate changes nothing");
    }

    [Test]
    public async Task An_older_schema_is_refused_with_the_version_to_start_from()
    {
        await MigrateAsync();
        await C.RunAsync("delete from /*schema*/migration where version > 5");
        Assert.That(ValidateAsync, Refused($"Schema \"pgqueue\" is at version 5, this package needs {MigrationCatalog.Latest}. Set Migrate to Auto, or apply the script of PgQueueSchema.GetScript(5)."));
    }

    [Test]
    public async Task A_newer_schema_that_this_package_still_fits_is_accepted()
    {
        await MigrateAsync();
        await C.RunAsync($"insert into /*schema*/migration(version, name, hash, oldest_compatible) values ({MigrationCatalog.Latest + 1}, 'later', 'x', {MigrationCatalog.OldestCompatible})");
        await ValidateAsync();
        await MigrateAsync();
    }

    [Test]
    public async Task A_newer_schema_that_this_package_does_not_fit_is_refused()
    {
        await MigrateAsync();
        const int later = 9999;
        await C.RunAsync($"insert into /*schema*/migration(version, name, hash, oldest_compatible) values ({later}, 'later', 'x', {later})");
        var message = $"Schema \"pgqueue\" is at version {later} and needs a package that knows version {later}; this one knows {MigrationCatalog.Latest}. Deploy the newer package.";
        Assert.That(ValidateAsync, Refused(message));
        Assert.That(() => MigrateAsync(), Refused(message));
    }

    [Test]
    public async Task A_step_applied_from_another_text_is_refused()
    {
        await MigrateAsync();
        await C.RunAsync("update /*schema*/migration set hash = 'other' where version = 3");
        const string message = "Step 3 (enqueue) of schema \"pgqueue\" was applied from another text than this package carries. Use another schema, or the package that made it.";
        Assert.That(ValidateAsync, Refused(message));
        Assert.That(() => MigrateAsync(), Refused(message));
    }

    private static NUnit.Framework.Constraints.IResolveConstraint Refused(string message) =>
        Throws.TypeOf<SchemaVersionException>().With.Message.EqualTo(message);

    private Task ValidateAsync() => Migrator().ValidateAsync(Source, CancellationToken.None);

    private Task<List<int>> StepsAsync() => C.ListAsync<int>("select version from /*schema*/migration order by version");

    /// <summary>Makes a migrator stop at the end of one step, before its commit, until this test's session lets go.</summary>
    private static IEnumerable<int> Steps => MigrationCatalog.All.Select(m => m.Version);

    private async Task HoldAtAsync(int step)
    {
        await C.RunAsync("create schema pgqueue");
        await C.RunAsync(MigrationCatalog.Read("MigrationLedger.sql"));
        await C.RunAsync("""
            create function public.hold() returns trigger language plpgsql as $$ begin perform pg_advisory_lock(1); return new; end $$
            """);
        await C.RunAsync($"create trigger hold before insert on /*schema*/migration for each row when (new.version = {step}) execute function public.hold()");
        await C.RunAsync("select pg_advisory_lock(1)");
    }

    private async Task<int> WaitForHeldAsync(Task migrator, int waiters = 1)
    {
        // a step may wait for a moment for other locks, as for the extension of a table: it is held once somebody waits for the advisory one
        const string sql = """
            select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
              and exists(select from pg_stat_activity h where h.datname = current_database() and h.wait_event_type = 'Lock' and h.wait_event = 'advisory')
            order by wait_event = 'advisory' desc
            """;
        for (var waiting = await C.ListAsync<int>(sql); ; waiting = await C.ListAsync<int>(sql))
        {
            if (waiting.Count >= waiters)
                return waiting[0];
            Assert.That(migrator.IsCompleted, Is.False);
        }
    }
}
