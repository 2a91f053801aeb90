namespace PgQueue.ThrowawayPostgres.Tests;

[Parallelizable(ParallelScope.Children)]
public sealed class ThrowawayServerTests
{
    private const string Insert = "create table note (body text); insert into note values ('kept')";

    [Test]
    public async Task Started_server_answers_a_query_in_a_new_database()
    {
        await using var server = await ThrowawayServer.StartAsync();

        var database = await server.CreateDatabaseAsync();

        Assert.That(await Query.ScalarAsync<string>(database, "select current_database()"), Does.StartWith("db_"));
    }

    [Test]
    public async Task Database_keeps_the_name_it_is_given()
    {
        await using var server = await ThrowawayServer.StartAsync();

        var database = await server.CreateDatabaseAsync("od\"d Name");

        Assert.That(await Query.ScalarAsync<string>(database, "select current_database()"), Is.EqualTo("od\"d Name"));
    }

    [TestCase(ThrowawayStopMode.Fast, false)]
    [TestCase(ThrowawayStopMode.Immediate, false)]
    [TestCase(ThrowawayStopMode.Immediate, true)]
    public async Task Committed_data_survives_a_stop(ThrowawayStopMode mode, bool durable)
    {
        await using var server = await ThrowawayServer.StartAsync(new ThrowawayServerOptions { Durable = durable });
        var port = server.Port;
        await Query.ExecuteAsync(server.ConnectionString(), Insert);

        await server.StopAsync(mode);
        Assert.That(Query.Answers(port), Is.False);
        await server.StartAgainAsync();

        Assert.That(server.Port, Is.EqualTo(port));
        Assert.That(await Query.ScalarAsync<string>(server.ConnectionString(), "select body from note"), Is.EqualTo("kept"));
        Assert.That(server.ReadLog().Contains("automatic recovery in progress"), Is.EqualTo(mode == ThrowawayStopMode.Immediate));
    }

    [Test]
    public async Task Stop_of_a_stopped_server_does_nothing()
    {
        await using var server = await ThrowawayServer.StartAsync();
        await server.StopAsync();

        Assert.That(async () => await server.StopAsync(), Throws.Nothing);
    }

    [Test]
    public async Task Disposal_leaves_neither_server_nor_directory()
    {
        var server = await ThrowawayServer.StartAsync();

        await server.DisposeAsync();

        Assert.That(Directory.GetParent(server.DataDirectory)!.FullName, Does.Not.Exist);
        Assert.That(Query.Answers(server.Port), Is.False);
    }

    [Test]
    public async Task Two_servers_run_side_by_side()
    {
        var servers = await Task.WhenAll(ThrowawayServer.StartAsync(), ThrowawayServer.StartAsync());
        await using var first = servers[0];
        await using var second = servers[1];
        await Query.ExecuteAsync(first.ConnectionString(), Insert);

        Assert.That(first.Port, Is.Not.EqualTo(second.Port));
        Assert.That(await Query.ScalarAsync<bool>(second.ConnectionString(), "select to_regclass('note') is null"), Is.True);
    }

    [TestCase(false, "off")]
    [TestCase(true, "on")]
    public async Task Durable_decides_over_fsync(bool durable, string expected)
    {
        await using var server = await ThrowawayServer.StartAsync(new ThrowawayServerOptions { Durable = durable });

        Assert.That(await Query.ScalarAsync<string>(server.ConnectionString(), "show fsync"), Is.EqualTo(expected));
        Assert.That(await Query.ScalarAsync<string>(server.ConnectionString(), "show full_page_writes"), Is.EqualTo(expected));
        Assert.That(await Query.ScalarAsync<string>(server.ConnectionString(), "show synchronous_commit"), Is.EqualTo("on"));
    }

    [Test]
    public async Task Settings_replace_the_defaults()
    {
        var settings = new Dictionary<string, string> { ["max_connections"] = "37", ["application_name"] = "it's me" };
        await using var server = await ThrowawayServer.StartAsync(new ThrowawayServerOptions { Settings = settings });

        Assert.That(await Query.ScalarAsync<string>(server.ConnectionString(), "show max_connections"), Is.EqualTo("37"));
        Assert.That(
            await Query.ScalarAsync<string>(server.ConnectionString(), "select reset_val from pg_settings where name = 'application_name'"),
            Is.EqualTo("it's me"));
    }

    [Test]
    public void Failed_start_shows_the_end_of_the_server_log()
    {
        var options = new ThrowawayServerOptions { Settings = new Dictionary<string, string> { ["no_such_setting"] = "1" } };

        Assert.That(
            async () => await ThrowawayServer.StartAsync(options),
            Throws.TypeOf<ThrowawayPostgresException>().With.Message.Contains("unrecognized configuration parameter \"no_such_setting\""));
    }

    [Test]
    public void Cancelled_start_is_given_up()
    {
        Assert.That(
            async () => await ThrowawayServer.StartAsync(cancellationToken: new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Every_installed_version_starts()
    {
        foreach (var binaries in PostgresBinaries.FindAll())
        {
            await using var server = await ThrowawayServer.StartAsync(new ThrowawayServerOptions { BinDirectory = binaries.BinDirectory });

            var version = await Query.ScalarAsync<string>(server.ConnectionString(), "show server_version_num");

            Assert.That(version, Does.StartWith(server.ServerVersion.ToString()), binaries.BinDirectory);
            Assert.That(server.ServerVersion, Is.EqualTo(binaries.MajorVersion));
        }
    }
}
