using Npgsql;
using PgQueue.Tests.Storage;

namespace PgQueue.Tests.Client;

/// <summary>Every option of an enqueue arrives in the database and comes back, for one job and for many.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class EnqueueOptionsStoredTests
{
    private static readonly DateTimeOffset Later = new(2031, 5, 6, 7, 8, 9, TimeSpan.FromHours(2));

    [TestCase(true)]
    [TestCase(false)]
    public async Task Every_option_is_kept(bool many)
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database);
        var id = Guid.CreateVersion7();
        var options = new EnqueueOptions
        {
            Type = "some.type:1", Queue = "slow", Priority = -100, RunAt = Later, MaxAttempts = 1000, Timeout = TimeSpan.FromMilliseconds(10.5), DeduplicationKey = "ключ",
            DeduplicationScope = DeduplicationScope.Period, DeduplicationPeriod = TimeSpan.FromDays(3660), OnDuplicate = DuplicateAction.Replace,
            Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["tenant"] = "a", ["text"] = "\"é😀\n" }, JobId = id,
        };
        var receipt = many
            ? (await host.Client.EnqueueManyAsync([new NewJob(new Errand(1)), new NewJob(new Work("a"), options)]))[1]
            : await host.Client.EnqueueAsync(new Work("a"), options);
        var job = await host.Client.GetAsync(id);
        await using var session = await Session.OpenAsync(database);
        Assert.Multiple(async () =>
        {
            Assert.That(receipt, Is.EqualTo(new JobReceipt(id, EnqueueOutcome.Created)));
            Assert.That(job, Has.Property("Type").EqualTo("some.type:1").And.Property("Queue").EqualTo("slow").And.Property("Priority").EqualTo(-100)
                .And.Property("MaxAttempts").EqualTo(1000).And.Property("ScheduledFor").EqualTo(Later).And.Property("State").EqualTo(JobState.Scheduled)
                .And.Property("DeduplicationKey").EqualTo("ключ").And.Property("Payload").EqualTo("""{"name":"a"}""").And.Property("Attempt").EqualTo(0));
            Assert.That(job!.Headers, Is.EquivalentTo(options.Headers));
            Assert.That(job.Attempts, Is.Empty);
            Assert.That(await session.OneAsync<int>("select timeout_ms from /*schema*/job where id = $1", id), Is.EqualTo(11));
            Assert.That(await session.OneAsync<short>("select scope from /*schema*/dedup where job_id = $1", id), Is.EqualTo(3));
        });
    }

    [Test]
    public async Task The_type_name_comes_from_argument_then_attribute_then_class()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        Assert.Multiple(async () =>
        {
            Assert.That(await TypeOf(new Registration.Receipt()), Is.EqualTo("send-receipt"));
            Assert.That(await TypeOf(new Registration.Receipt(), "other"), Is.EqualTo("other"));
            Assert.That(await TypeOf(new Errand(1)), Is.EqualTo("errand"));
            Assert.That(await TypeOf(new { A = 1 }, "anonymous"), Is.EqualTo("anonymous"));
            Assert.That(async () => await host.Client.EnqueueAsync(new { A = 1 }), Throws.InstanceOf<UnknownJobTypeException>());
            Assert.That(async () => await host.Client.EnqueueAsync("text"), Throws.InstanceOf<UnknownJobTypeException>());
        });

        async Task<string?> TypeOf<T>(T payload, string? type = null)
            where T : notnull
        {
            var receipt = await host.Client.EnqueueAsync(payload, new EnqueueOptions { Type = type });
            return (await host.Client.GetAsync(receipt.JobId))?.Type;
        }
    }

    [Test]
    public async Task A_handlers_route_and_attempts_are_the_payloads_defaults()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), static q => q
            .On<Work>(static (_, _, _) => Task.CompletedTask, "named", static o => o.Retry = new RetryOptions { MaxAttempts = 7 }),
            static o => o.Queues = new Dictionary<string, QueueOptions>(StringComparer.Ordinal));
        var job = await host.Client.GetAsync((await host.Client.EnqueueAsync(new Work("a"))).JobId);
        Assert.That((job!.Type, job.MaxAttempts), Is.EqualTo(("named", 7)));
    }

    [Test]
    public async Task A_refused_enqueue_names_the_field_and_stores_nothing()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database);
        Assert.Multiple(() =>
        {
            Assert.That(async () => await host.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { Priority = 101 }),
                Throws.InstanceOf<InvalidJobException>().With.Property("Field").EqualTo("Priority"));
            Assert.That(async () => await host.Client.EnqueueAsync(new Work("a\0b")), Throws.InstanceOf<PayloadException>().With.Property("Field").EqualTo("$.name"));
            Assert.That(async () => await host.Client.EnqueueAsync<Work>(null!), Throws.InstanceOf<PayloadException>().With.Property("Field").EqualTo("$"));
            Assert.That(async () => await host.Client.EnqueueManyAsync([new NewJob(new Work("a")), null!]), Throws.InstanceOf<InvalidJobException>());
            Assert.That(async () => await host.Client.EnqueueManyAsync([new NewJob(new Work("a")), new NewJob(new Work("b"), new EnqueueOptions { Queue = "" })]),
                Throws.InstanceOf<InvalidJobException>().With.Property("Field").EqualTo("Queue"));
            Assert.That(async () => await host.Client.EnqueueManyAsync([new Work("a")], new EnqueueOptions { JobId = Guid.NewGuid() }),
                Throws.InstanceOf<InvalidJobException>().With.Property("Field").EqualTo("JobId"));
            Assert.That(async () => await host.Client.EnqueueAsync(new Work("a"), cancellationToken: new CancellationToken(true)), Throws.InstanceOf<OperationCanceledException>());
        });
        Assert.That(await CountAsync(database), Is.Zero);
    }

    [Test]
    public async Task After_the_host_has_stopped_an_enqueue_still_works()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), static q => q.OnWork());
        await host.StopAsync();
        var receipt = await host.Client.EnqueueAsync(new Work("a"));
        Assert.That((await host.Client.GetAsync(receipt.JobId))?.State, Is.EqualTo(JobState.Ready));
    }

    [Test]
    public async Task A_delay_counts_from_now_and_a_due_time_in_the_past_means_now()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        var delayed = await host.Client.GetAsync((await host.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { Delay = TimeSpan.FromHours(1) })).JobId);
        var past = await host.Client.GetAsync((await host.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { RunAt = Later.AddYears(-30) })).JobId);
        Assert.That(delayed!.ScheduledFor - delayed.EnqueuedAt, Is.EqualTo(TimeSpan.FromHours(1)).Within(TimeSpan.FromSeconds(1)));
        Assert.That(past!.State, Is.EqualTo(JobState.Ready));
    }

    private static async Task<int> CountAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select count(*)::int from pgqueue.job", connection);
        return (int)(await command.ExecuteScalarAsync())!;
    }
}
