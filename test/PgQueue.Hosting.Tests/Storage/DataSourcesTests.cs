using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PgQueue.Registration;
using PgQueue.Storage;
using PgQueue.Tests.Registration;

namespace PgQueue.Tests.Storage;

[Parallelizable(ParallelScope.Children)]
internal sealed class DataSourcesTests
{
    private const string Named = """{ "ConnectionStrings": { "PgQueue": "Host=unnamed", "billing": "Host=named" } }""";

    [TestCase("", "Host=own", true, ExpectedResult = "own")]
    [TestCase("", null, true, ExpectedResult = "di")]
    [TestCase("", null, false, ExpectedResult = "unnamed")]
    [TestCase("billing", null, false, ExpectedResult = "named")]
    [TestCase("billing", "Host=own", true, ExpectedResult = "own")]
    public async Task<string?> The_own_option_wins_then_DI_then_the_connection_string_of_the_name(string name, string? own, bool inDi)
    {
        await using var di = NpgsqlDataSource.Create("Host=di");
        await using var sources = new DataSources(new PgQueueOptions { ConnectionString = own }, name, inDi ? di : null, Json.Configuration(Named));
        return new NpgsqlConnectionStringBuilder(sources.Main.ConnectionString).Host;
    }

    [Test]
    public async Task A_named_queue_takes_the_data_source_of_its_name_first()
    {
        await using var provider = new ServiceCollection()
            .AddSingleton(_ => NpgsqlDataSource.Create("Host=unnamed"))
            .AddKeyedSingleton("billing", static (_, _) => NpgsqlDataSource.Create("Host=billing"))
            .BuildServiceProvider();
        Assert.Multiple(() =>
        {
            Assert.That(provider.FindDataSource("billing")!.ConnectionString, Is.EqualTo("Host=billing"));
            Assert.That(provider.FindDataSource("other")!.ConnectionString, Is.EqualTo("Host=unnamed"));
            Assert.That(provider.FindDataSource("")!.ConnectionString, Is.EqualTo("Host=unnamed"));
        });
    }

    [Test]
    public void Without_any_it_throws_what_to_add() =>
        Assert.That(() => new DataSources(new PgQueueOptions(), "", null, null), Throws.InstanceOf<PgQueueException>().With.Message.Contains("\"ConnectionStrings\": { \"PgQueue\":"));

    [Test]
    public void A_bad_connection_string_throws_without_its_password() => Assert.That(
        () => new DataSources(new PgQueueOptions { ConnectionString = "Host=h;Password=abc;s3cret=1" }, "", null, null),
        Throws.InstanceOf<PgQueueException>().With.Message.StartsWith("PgQueue:ConnectionString").And.Property("InnerException").Null
            .And.Message.Not.Contains("s3cret").And.Message.Not.Contains("abc"));

    [Test]
    public async Task A_connection_string_that_DI_wins_over_is_a_warning()
    {
        await using var di = NpgsqlDataSource.Create("Host=di");
        await using var sources = new DataSources(new PgQueueOptions(), "", di, Json.Configuration(Named));
        Assert.That(sources.Warnings, Has.One.StartsWith("ConnectionStrings:PgQueue is not used"));
    }

    [Test]
    public async Task A_data_source_from_DI_is_not_disposed()
    {
        await using var di = NpgsqlDataSource.Create("Host=di");
        await using (new DataSources(new PgQueueOptions(), "", di, null))
        {
        }

        Assert.That(() => di.CreateConnection(), Throws.Nothing);
    }

    [Test]
    public void C109_What_we_build_never_enlists_whatever_the_text_says() => Assert.Multiple(() =>
    {
        Assert.That(DataSources.MainSettings("Host=h;Enlist=true").Enlist, Is.False);
        Assert.That(DataSources.HeartbeatSettings("Host=h;Enlist=true").Enlist, Is.False);
    });

    [TestCase("Host=h", "PgQueue", 100, null)]
    [TestCase("Host=h;Application Name=shop;Maximum Pool Size=7", "shop", 7, null)]
    [TestCase("Host=h1,h2", "PgQueue", 100, "read-write")]
    [TestCase("Host=h1,h2;Target Session Attributes=primary", "PgQueue", 100, "primary")]
    public void The_pool_is_as_given_with_a_name_and_on_a_server_that_writes(string text, string application, int pool, string? target)
    {
        var settings = DataSources.MainSettings(text);
        Assert.That((settings.ApplicationName, settings.MaxPoolSize, settings.TargetSessionAttributes), Is.EqualTo((application, pool, target)));
    }

    [Test]
    public void Heartbeats_have_short_limits_and_a_small_pool_of_their_own()
    {
        var settings = DataSources.HeartbeatSettings("Host=h;Application Name=shop;Timeout=30;Minimum Pool Size=9;Maximum Pool Size=50");
        Assert.That(
            (settings.ApplicationName, settings.Timeout, settings.CommandTimeout, settings.CancellationTimeout, settings.MinPoolSize, settings.MaxPoolSize),
            Is.EqualTo(("shop heartbeat", 3, 4, 500, 0, 2)));
    }

    [Test]
    public void A_choice_written_into_a_message_tells_no_password() =>
        Assert.That(DatabaseChoice.Find(new PgQueueOptions { ConnectionString = "Host=h;Password=s3cret" }, "", null, null)!.ToString(), Is.EqualTo("PgQueue:ConnectionString"));

    [Test]
    public async Task A_server_that_is_not_there_tells_no_password()
    {
        await using var sources = new DataSources(new PgQueueOptions { ConnectionString = "Host=127.0.0.1;Port=1;Username=u;Password=s3cret" }, "", null, null);
        Assert.Multiple(() =>
        {
            Assert.That(() => sources.OpenHeartbeat(), Throws.InstanceOf<NpgsqlException>().With.Message.Not.Contains("s3cret"));
            Assert.That(() => sources.OpenAsync(CancellationToken.None), Throws.InstanceOf<NpgsqlException>().With.Message.Not.Contains("s3cret"));
            Assert.That(sources.Main.ConnectionString, Does.Not.Contain("s3cret"));
        });
    }
}
