using Npgsql;

namespace PgQueue.Tests.Client;

/// <summary>A lost reply is not a lost job, and never two.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class UnknownOutcomeTests
{
    [TestCase(1)]
    [TestCase(6000)]
    public async Task A_lost_reply_is_retried_by_id_and_stores_one_job_as_created(int count)
    {
        await using var proxy = new TcpProxy(await TestDatabase.CreateMigratedAsync());
        await using var host = await TestHost.StartAsync(proxy.ConnectionString);
        await host.Client.EnqueueAsync(new Work("warm"));
        proxy.DropReplyTo(count > 5000 ? "COMMIT" : "enqueue_job");
        var receipts = await host.Client.EnqueueManyAsync(Enumerable.Range(0, count).Select(i => new Errand(i)));
        await Signals.Of(proxy.Dropped, "a lost reply");
        Assert.That(receipts.Select(r => r.Outcome), Is.All.EqualTo(EnqueueOutcome.Created));
        Assert.That((await host.Client.GetStatsAsync()).Ready, Is.EqualTo(count + 1));
        Assert.That(await host.Client.GetAsync(receipts[0].JobId), Is.Not.Null);
    }

    [Test]
    public async Task A_keyed_job_whose_reply_was_lost_is_created_and_no_duplicate_of_itself()
    {
        await using var proxy = new TcpProxy(await TestDatabase.CreateMigratedAsync());
        await using var host = await TestHost.StartAsync(proxy.ConnectionString);
        await host.Client.EnqueueAsync(new Work("warm"));
        proxy.DropReplyTo("enqueue_job");
        var receipt = await host.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { DeduplicationKey = "k" });
        Assert.That(receipt.Outcome, Is.EqualTo(EnqueueOutcome.Created));
        Assert.That((await host.Client.GetAsync(receipt.JobId))?.DeduplicationKey, Is.EqualTo("k"));
    }

    [Test]
    public async Task What_cannot_be_settled_is_reported_with_the_id_and_a_retry_by_id_is_one_job()
    {
        await using var proxy = new TcpProxy(await TestDatabase.CreateMigratedAsync());
        await using var host = await TestHost.StartAsync(proxy.ConnectionString);
        await host.Client.EnqueueAsync(new Work("warm"));
        proxy.DropReplyTo("enqueue_job", int.MaxValue);
        using var patience = new CancellationTokenSource();
        var enqueueing = host.Client.EnqueueAsync(new Work("a"), cancellationToken: patience.Token);
        await Signals.Of(proxy.Dropped, "a lost reply");
        await patience.CancelAsync();
        var unknown = (await Assert.ThrowsAsync<EnqueueOutcomeUnknownException>(() => enqueueing.WaitAsync(Signals.Patience)))!;
        proxy.DropReplyTo("nothing of the kind");
        var again = await host.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { JobId = unknown.JobId });
        Assert.That(again.JobId, Is.EqualTo(unknown.JobIds.Single()));
        Assert.That((await host.Client.GetStatsAsync()).Ready, Is.EqualTo(2));
    }

    [Test]
    public async Task A_server_that_is_away_for_a_moment_costs_time_and_nothing_else()
    {
        await using var proxy = new TcpProxy(await TestDatabase.CreateMigratedAsync());
        await using var host = await TestHost.StartAsync(proxy.ConnectionString);
        await host.Client.EnqueueAsync(new Work("warm"));
        proxy.Refuse();
        var enqueueing = host.Client.EnqueueAsync(new Work("a"));
        Assert.That(enqueueing.IsCompleted, Is.False);
        proxy.Heal();
        Assert.That((await enqueueing.WaitAsync(Signals.Patience)).Outcome, Is.EqualTo(EnqueueOutcome.Created));
        Assert.That((await host.Client.GetStatsAsync()).Ready, Is.EqualTo(2));
    }

    [Test]
    public async Task A_refusal_by_the_server_is_thrown_at_once_and_is_not_unknown()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database);
        await host.Client.EnqueueAsync(new Work("warm"));
        await TestDatabase.ExecuteAsync(database, "alter table pgqueue.job add constraint no check (type <> 'errand')");
        Assert.That(async () => await host.Client.EnqueueAsync(new Errand(1)), Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo("23514"));
        Assert.That((await host.Client.GetStatsAsync()).Ready, Is.EqualTo(1));
    }

    [Test]
    public async Task A_rolled_back_try_is_made_again()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database);
        await host.Client.EnqueueAsync(new Work("warm"));
        await TestDatabase.ExecuteAsync(database,
            """
            create sequence public.tries;
            create function public.deadlock() returns trigger language plpgsql as
              $$ begin if nextval('public.tries') < 3 then raise sqlstate '40P01'; end if; return new; end $$;
            create trigger deadlock before insert on pgqueue.job for each row execute function public.deadlock();
            """);
        Assert.That((await host.Client.EnqueueAsync(new Work("a"))).Outcome, Is.EqualTo(EnqueueOutcome.Created));
        Assert.That((await host.Client.GetStatsAsync()).Ready, Is.EqualTo(2));
    }
}
