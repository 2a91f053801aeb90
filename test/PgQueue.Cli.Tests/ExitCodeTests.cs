using Npgsql;
using PgQueue.ThrowawayPostgres;

namespace PgQueue.CliTests;

/// <summary>What goes wrong, and what a script sees of it: the exit code, one line, and no secret.</summary>
internal sealed class ExitCodeTests
{
    private QueueOf _queue;

    [OneTimeSetUp]
    public async Task Open() => _queue = await QueueOf.MakeAsync();

    [OneTimeTearDown]
    public async Task Close() => await _queue.DisposeAsync();

    [TestCase("list", "--bad")]
    [TestCase("lst")]
    [TestCase]
    [TestCase("list", "--state", "broken")]
    [TestCase("list", "--since", "2026-11-22T10:00")]
    [TestCase("list", "--since", "5y")]
    [TestCase("list", "--until", "tomorrow")]
    [TestCase("list", "--size", "0")]
    [TestCase("list", "--size", "1001")]
    [TestCase("show", "not-an-id")]
    [TestCase("show")]
    [TestCase("retry", "--state", "failed", "--rate", "0/s", "--yes")]
    [TestCase("retry", "--state", "failed", "--rate", "5/d", "--yes")]
    [TestCase("retry")]
    [TestCase("retry", "019ab3a5-6f0e-7c3e-9d53-2f6a54d5c1b0", "--state", "failed")]
    [TestCase("script", "--from", "9999")]
    [TestCase("script", "--grants", "--from", "3")]
    [TestCase("script", "--schema", "pg_queue")]
    public async Task A_wrong_command_line_gives_2_before_the_database_is_asked(params string[] arguments)
    {
        // nothing listens there: had it been asked, the answer would be 3
        var result = await Tool.RunAsync("Host=127.0.0.1;Port=1;Username=postgres", arguments);
        Assert.That(result.Code, Is.EqualTo(2), result.ToString());
        Assert.That(result.Out, Is.Empty);
        Assert.That(result.Error, Does.StartWith("pgqueue: ").And.Not.Contain("   at "));
        if (arguments is ["list" or "script", ..] && arguments.Length > 2 && arguments[^2].StartsWith("--", StringComparison.Ordinal))
            Assert.That(result.Error, Does.Contain(arguments[^2] + ":"), "it names the option");
    }

    [TestCase("--queue", "No Such Name!")]
    [TestCase("--type", "a*b")]
    [TestCase("--error", "x")]
    [TestCase("--after", "nonsense")]
    public async Task A_filter_that_the_queue_refuses_names_its_option(string option, string value)
    {
        var result = await _queue.RunAsync("list", option, value);
        Assert.That(result.Code, Is.EqualTo(2), result.ToString());
        Assert.That(result.Error, Does.StartWith($"pgqueue: {option}: "));
    }

    [Test]
    public async Task No_server_gives_3()
    {
        var result = await Tool.RunAsync("Host=127.0.0.1;Port=1;Username=postgres;Password=geheim", "list");
        Assert.That(result.Code, Is.EqualTo(3), result.ToString());
        Assert.That(result.Error, Is.EqualTo("pgqueue: The database server refuses connections. Start it, or check Host and Port.\n"));
    }

    [Test]
    public async Task A_database_that_does_not_exist_gives_3()
    {
        var result = await Tool.RunAsync(Server.Shared.ConnectionString("nowhere"), "list");
        Assert.That(result.Code, Is.EqualTo(3), result.ToString());
        Assert.That(result.Error, Does.Contain("The database does not exist"));
    }

    [Test]
    public async Task A_wrong_password_gives_3_and_is_never_printed()
    {
        await using var server = await ThrowawayServer.StartAsync();
        var rules = Path.Combine(server.DataDirectory, "pg_hba.conf");
        await File.WriteAllTextAsync(rules, $"host all locked 127.0.0.1/32 scram-sha-256\nhost all locked ::1/128 scram-sha-256\n{await File.ReadAllTextAsync(rules)}");
        await using (var connection = new NpgsqlConnection(server.ConnectionString() + ";Pooling=false"))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("create role locked login password 'right'; select pg_reload_conf()", connection);
            await command.ExecuteNonQueryAsync();
        }

        await server.StopAsync();
        await server.StartAgainAsync();
        var result = await Tool.RunAsync(server.ConnectionString("postgres", "locked") + ";Password=geheim", "list", "--verbose");
        Assert.That(result.Code, Is.EqualTo(3), result.ToString());
        Assert.That(result.Error, Does.Contain("refuses the user or the password").And.Not.Contain("geheim"));
        Assert.That(result.Error, Does.Contain("   at "), "--verbose shows the stack");
    }

    [Test]
    public async Task A_role_without_privileges_gives_3()
    {
        await _queue.NumberAsync("create role nobody login");
        var result = await Tool.RunAsync(_queue.Database.Replace("Username=postgres", "Username=nobody", StringComparison.Ordinal), "list");
        Assert.That(result.Code, Is.EqualTo(3), result.ToString());
        Assert.That(result.Error, Does.Contain("may not do this").And.Contain("pgqueue script --grants"));
    }

    [Test]
    public async Task A_role_that_may_not_migrate_is_told_what_to_do()
    {
        var database = await Server.Shared.CreateDatabaseAsync();
        await _queue.NumberAsync("create role builder login");
        var result = await Tool.RunAsync(database.Replace("Username=postgres", "Username=builder", StringComparison.Ordinal), "migrate");
        Assert.That(result.Code, Is.EqualTo(3), result.ToString());
        Assert.That(result.Error, Does.Contain("may not make or change the schema").And.Contain("pgqueue script"));
    }

    [Test]
    public async Task No_schema_gives_4_and_migrate_mends_it()
    {
        var database = await Server.Shared.CreateDatabaseAsync();
        var before = await Tool.RunAsync(database, "list", "--schema", "other");
        var migrated = await Tool.RunAsync(database, "migrate", "--schema", "other", "--json");
        var again = await Tool.RunAsync(database, "migrate", "--schema", "other");
        var after = await Tool.RunAsync(database, "list", "--schema", "other");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(before.Code, Is.EqualTo(4), before.ToString());
            Assert.That(before.Error, Does.Contain("\"other\" holds no queue").And.Contain("pgqueue migrate").And.Not.Contain("Migrate to Auto"));
            Assert.That(migrated.Code, Is.Zero, migrated.ToString());
            Assert.That(migrated.Json.GetProperty("changed").GetBoolean(), Is.True);
            Assert.That(migrated.Json.GetProperty("version").GetInt32(), Is.EqualTo(PgQueueSchema.Version));
            Assert.That(again.Out, Is.EqualTo($"Schema other is at version {PgQueueSchema.Version} already.\n"));
            Assert.That(after.Code, Is.Zero, after.ToString());
        }
    }

    [TestCase("delete from pgqueue.migration where version = (select max(version) from pgqueue.migration)", "pgqueue migrate")]
    [TestCase("insert into pgqueue.migration(version, name, hash, oldest_compatible) values (9999, 'later', 'x', 9999)", "9999")]
    public async Task A_schema_of_another_version_gives_4(string change, string told)
    {
        await using var queue = await QueueOf.MakeAsync();
        await queue.NumberAsync(change);
        var result = await queue.RunAsync("stats");
        Assert.That(result.Code, Is.EqualTo(4), result.ToString());
        Assert.That(result.Error, Does.Contain(told));
    }

    [TestCase("show")]
    [TestCase("retry")]
    [TestCase("cancel")]
    public async Task An_unknown_job_gives_1(string command)
    {
        var result = await _queue.RunAsync(command, "019ab3a5-6f0e-7c3e-9d53-2f6a54d5c1b0");
        Assert.That(result.Code, Is.EqualTo(1), result.ToString());
        Assert.That(result.Error, Is.EqualTo("pgqueue: There is no job 019ab3a5-6f0e-7c3e-9d53-2f6a54d5c1b0, or its record has passed retention.\n"));
    }

    [Test]
    public async Task A_connection_string_that_cannot_be_read_gives_2_and_is_never_printed()
    {
        var option = await Tool.RunAsync(null, "list", "--connection", "Host=localhost;Pasword=geheim");
        var url = await Tool.RunAsync("postgres://app:geheim@localhost/app", "list");
        Assert.That(new[] { option.Code, url.Code }, Is.All.EqualTo(2), $"{option}{url}");
        Assert.That(option.Error, Does.Contain("--connection has an unknown keyword. Did you mean Password?").And.Not.Contain("geheim"));
        Assert.That(url.Error, Does.Contain("PGQUEUE_CONNECTION is a URL").And.Not.Contain("geheim"));
    }
}
