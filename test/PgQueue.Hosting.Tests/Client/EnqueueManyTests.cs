using PgQueue.Tests.Storage;

namespace PgQueue.Tests.Client;

[Parallelizable(ParallelScope.Children)]
internal sealed class EnqueueManyTests
{
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(5000)]
    [TestCase(5001)]
    [TestCase(100_000)]
    public async Task Any_number_of_jobs_is_stored_once_each_and_in_order(int count)
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database);
        var receipts = await host.Client.EnqueueManyAsync(Enumerable.Range(0, count).Select(i => new Errand(i)));
        Assert.That(receipts.Select(r => r.Outcome), Is.All.EqualTo(EnqueueOutcome.Created));
        await using var session = await Session.OpenAsync(database);
        var row = (await session.RowsAsync(
            """
            select count(*)::int, count(distinct r.job_id)::int, coalesce(bool_and(r.ord = (j.payload ->> 'number')::int + 1), true)
            from (select job_id, row_number() over (order by seq) ord from /*schema*/ready) r join /*schema*/job j on j.id = r.job_id
            """))[0];
        Assert.That((row[0], row[1], receipts.Select(r => r.JobId).Distinct().Count()), Is.EqualTo((count, count, count)));
        Assert.That(row[2], Is.True, "they are claimed in the order in which they were given");
    }

    [Test]
    public async Task A_stream_is_stored_batch_by_batch_and_what_came_before_an_error_stays()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database);
        var receipts = await host.Client.EnqueueManyAsync(StreamAsync(5003, throwAt: int.MaxValue));
        Assert.That(receipts, Has.Count.EqualTo(5003));
        Assert.That(async () => await host.Client.EnqueueManyAsync(StreamAsync(6000, throwAt: 5500)), Throws.InstanceOf<IOException>());
        Assert.That((await host.Client.GetStatsAsync()).Ready, Is.EqualTo(5003 + 5000));
    }

    [Test]
    public async Task An_error_in_one_of_many_stores_none()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        var jobs = Enumerable.Range(0, 7000).Select(i => new NewJob(new Errand(i), i == 6999 ? new EnqueueOptions { MaxAttempts = 0 } : null));
        Assert.That(async () => await host.Client.EnqueueManyAsync(jobs), Throws.InstanceOf<InvalidJobException>());
        Assert.That((await host.Client.GetStatsAsync()).Ready, Is.Zero);
    }

    [Test]
    public async Task An_error_names_the_job_by_its_index_and_a_single_job_has_none()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        NewJob[] jobs = [.. Enumerable.Range(0, 6000).Select(i => new NewJob(new Errand(i), i == 5432 ? new EnqueueOptions { Priority = 200 } : null))];
        var many = (await Assert.ThrowsAsync<InvalidJobException>(() => host.Client.EnqueueManyAsync(jobs)))!;
        Assert.That((many.Message.Split(' ')[..3], many.Field, many.JobIndex), Is.EqualTo((new[] { "job", "5432:", "Priority:" }, "Priority", 5432)));
        var stream = (await Assert.ThrowsAsync<InvalidJobException>(() => host.Client.EnqueueManyAsync(StreamOf(jobs))))!;
        Assert.That((stream.JobIndex, stream.Data["PgQueue.Stored"]), Is.EqualTo((5432, 5000)));
        var payload = (await Assert.ThrowsAsync<PayloadException>(() => host.Client.EnqueueManyAsync([new Work("a"), new Work("\0")])))!;
        Assert.That((payload.Message[..15], payload.Field), Is.EqualTo(("job 1: Payload ", "$.name")));
        var nameless = (await Assert.ThrowsAsync<UnknownJobTypeException>(() => host.Client.EnqueueManyAsync([new List<int>()])))!;
        Assert.That((nameless.JobIndex, nameless.Type), Is.EqualTo((0, "List<int>")));
        var single = (await Assert.ThrowsAsync<InvalidJobException>(() => host.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { Priority = 200 })))!;
        Assert.That((single.Message[..9], single.JobIndex), Is.EqualTo(("Priority:", (int?)null)));
        Assert.That((await host.Client.GetStatsAsync()).Ready, Is.EqualTo(5000), "the stream's first batch");
    }

    [Test]
    public async Task Many_jobs_given_as_one_are_refused_and_a_collection_with_a_handler_is_one_job()
    {
        var sum = Signals.New<int>();
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => q.On<List<int>>(
            (numbers, _, _) =>
            {
                sum.TrySetResult(numbers.Sum());
                return Task.CompletedTask;
            }, "numbers"));
        var typed = new EnqueueOptions { Type = "numbers" };
        Assert.That(async () => await host.Client.EnqueueAsync(new NewJob(new Work("a"))), Throws.InstanceOf<InvalidJobException>().With.Message.Contains("EnqueueManyAsync"));
        Assert.That(async () => await host.Client.EnqueueManyAsync<NewJob>([new NewJob(new Work("a"))], typed), Throws.InstanceOf<InvalidJobException>().With.Message.Contains("EnqueueManyAsync"));
        Assert.That(async () => await host.Client.EnqueueAsync<Work[]>([new("a")], typed), Throws.InstanceOf<InvalidJobException>().With.Message.Contains("Work[]").And.Message.Contains("EnqueueManyAsync"));
        Assert.That(async () => await host.Client.EnqueueAsync(Enumerable.Range(0, 3).Select(static i => new Errand(i)), typed), Throws.InstanceOf<InvalidJobException>());
        Assert.That(async () => await host.Client.EnqueueAsync(new Dictionary<string, int>(StringComparer.Ordinal), typed with { Queue = "other" }), Throws.Nothing);
        await host.Client.EnqueueAsync(new List<int> { 3, 4 });
        Assert.That(await Signals.Of(sum, "the numbers"), Is.EqualTo(7));
    }

    [Test]
    public async Task No_jobs_at_all_store_nothing()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        Assert.That(await host.Client.EnqueueManyAsync(Array.Empty<Work>()), Is.Empty);
        Assert.That(await host.Client.EnqueueManyAsync(Array.Empty<NewJob>()), Is.Empty);
        Assert.That(await host.Client.EnqueueManyAsync(StreamOf([])), Is.Empty);
    }

    [Test]
    public async Task The_same_id_twice_is_one_job_in_two_calls_and_in_one()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        var id = Guid.CreateVersion7();
        var options = new EnqueueOptions { JobId = id };
        var first = await host.Client.EnqueueAsync(new Work("first"), options);
        var second = await host.Client.EnqueueAsync(new Work("second"), options);
        var other = Guid.NewGuid();
        var together = await host.Client.EnqueueManyAsync(
            [new NewJob(new Work("a"), options with { JobId = other }), new NewJob(new Work("b"), options with { JobId = other }), new NewJob(new Work("c"), options)]);
        Assert.Multiple(async () =>
        {
            Assert.That(first, Is.EqualTo(new JobReceipt(id, EnqueueOutcome.Created)));
            Assert.That(second, Is.EqualTo(new JobReceipt(id, EnqueueOutcome.Existing)));
            Assert.That(together, Is.EqualTo(new[]
            {
                new JobReceipt(other, EnqueueOutcome.Created), new JobReceipt(other, EnqueueOutcome.Existing), new JobReceipt(id, EnqueueOutcome.Existing),
            }));
            Assert.That((await host.Client.GetAsync(id))!.Payload, Does.Contain("first"));
            Assert.That((await host.Client.GetAsync(other))!.Payload, Does.Contain("\"a\""));
            Assert.That((await host.Client.GetStatsAsync()).Ready, Is.EqualTo(2));
        });
    }

    [Test]
    public async Task The_same_id_of_a_finished_job_does_not_run_again()
    {
        var runs = 0;
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => q.OnWork((_, _, _) =>
        {
            Interlocked.Increment(ref runs);
            return Task.CompletedTask;
        }));
        var options = new EnqueueOptions { JobId = Guid.NewGuid(), DeduplicationKey = "k" };
        await host.Client.EnqueueAsync(new Work("a"), options);
        await host.Client.UntilAsync(options.JobId.Value, JobState.Succeeded);
        Assert.That((await host.Client.EnqueueAsync(new Work("a"), options)).IsDuplicate, Is.True);
        var next = await host.Client.EnqueueAsync(new Work("b"), new EnqueueOptions { DeduplicationKey = "k" });
        Assert.That(next.Outcome, Is.EqualTo(EnqueueOutcome.Created), "the key is free");
        await host.Client.UntilAsync(next.JobId, JobState.Succeeded);
        Assert.That(runs, Is.EqualTo(2));
    }

    private static async IAsyncEnumerable<NewJob> StreamAsync(int count, int throwAt)
    {
        for (var i = 0; i < count; i++)
        {
            if (i == throwAt)
                throw new IOException("the source broke");
            if (i % 1000 == 0)
                await Task.Yield();
            yield return new NewJob(new Errand(i));
        }
    }

    private static async IAsyncEnumerable<NewJob> StreamOf(IEnumerable<NewJob> jobs)
    {
        await Task.Yield();
        foreach (var job in jobs)
            yield return job;
    }
}
