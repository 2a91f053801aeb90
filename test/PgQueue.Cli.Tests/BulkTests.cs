namespace PgQueue.CliTests;

/// <summary>Acts on many jobs: asked for twice, counted truly, ended between two batches.</summary>
internal sealed class BulkTests
{
    private QueueOf _queue;

    [SetUp]
    public async Task Open() => _queue = await QueueOf.MakeAsync();

    [TearDown]
    public async Task Close() => await _queue.DisposeAsync();

    [Test]
    public async Task Retry_of_many_is_refused_without_a_terminal_and_yes()
    {
        await _queue.CancelledAsync(5);
        var refused = await _queue.RunAsync("retry", "--state", "cancelled");
        Assert.That(refused.Code, Is.EqualTo(2), refused.ToString());
        Assert.That(refused.Error, Does.Contain("Add --yes, or --dry-run"));
        Assert.That(await CopiesAsync(), Is.Zero);
    }

    [Test]
    public async Task A_dry_run_counts_and_does_nothing()
    {
        await _queue.CancelledAsync(1234);
        var text = await _queue.RunAsync("retry", "--state", "cancelled", "--dry-run");
        var json = await _queue.RunAsync("retry", "--state", "cancelled", "--type", "work", "--dry-run", "--json");
        Assert.That(text.Out, Is.EqualTo("1,234 jobs would be retried.\n"), text.ToString());
        Assert.That(json.Json.GetProperty("jobs").GetInt64(), Is.EqualTo(1234));
        Assert.That(json.Json.GetProperty("dryRun").GetBoolean(), Is.True);
        Assert.That(await CopiesAsync(), Is.Zero);
    }

    [Test]
    public async Task With_yes_all_that_fit_are_acted_on_and_a_second_call_finds_nothing()
    {
        await _queue.CancelledAsync(1201);
        var first = await _queue.RunAsync("retry", "--state", "cancelled", "--since", "1h", "--yes");
        var second = await _queue.RunAsync("retry", "--state", "cancelled", "--yes", "--json");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((first.Code, second.Code), Is.EqualTo((0, 1)), $"{first}{second}");
            Assert.That(first.Out, Is.EqualTo("1,201 jobs retried.\n"));
            Assert.That(first.Error, Does.Contain("500 jobs retried so far"), "progress is beside the result");
            Assert.That(second.Json.GetProperty("jobs").GetInt64(), Is.Zero);
            Assert.That(await CopiesAsync(), Is.EqualTo(1201));
        }
    }

    [Test]
    public async Task Cancel_of_many_takes_only_what_fits()
    {
        await _queue.Jobs.EnqueueManyAsync(Enumerable.Range(0, 30).Select(_ => new Work()), new EnqueueOptions { Delay = TimeSpan.FromDays(1), Queue = "reports" });
        await _queue.Jobs.EnqueueManyAsync(Enumerable.Range(0, 20).Select(_ => new Work()), new EnqueueOptions { Delay = TimeSpan.FromDays(1) });
        var result = await _queue.RunAsync("cancel", "--state", "scheduled", "--queue", "reports", "--reason", "no reports today", "--yes", "--json");
        Assert.That(result.Json.GetProperty("jobs").GetInt64(), Is.EqualTo(30), result.ToString());
        Assert.That(await _queue.NumberAsync("select count(*) from pgqueue.scheduled"), Is.EqualTo(20));
        Assert.That(await _queue.NumberAsync("select count(*) from pgqueue.attempt where error like '%no reports today%'"), Is.EqualTo(30));
    }

    [Test]
    public async Task Discard_reschedule_and_priority_act_on_many()
    {
        await _queue.Jobs.EnqueueManyAsync(Enumerable.Range(0, 30).Select(_ => new Work()), new EnqueueOptions { Delay = TimeSpan.FromDays(1) });
        var priority = await _queue.RunAsync("priority", "--state", "scheduled", "--to", "5", "--yes", "--json");
        var reschedule = await _queue.RunAsync("reschedule", "--state", "scheduled", "--at", "2999-01-02", "--yes", "--json");
        Assert.That(await _queue.NumberAsync(
            "select count(*) from pgqueue.scheduled s join pgqueue.lane l using (lane) where l.priority = 5 and s.run_at = '2999-01-02Z'"), Is.EqualTo(30), $"{priority}{reschedule}");
        var discard = await _queue.RunAsync("discard", "--state", "scheduled", "--yes", "--json");
        Assert.That(await _queue.NumberAsync("select count(*) from pgqueue.attempt where outcome = 4"), Is.EqualTo(30), discard.ToString());
        Assert.That(new[] { priority, reschedule, discard }.Select(r => r.Json.GetProperty("jobs").GetInt64()), Is.All.EqualTo(30));
    }

    [TestCase("retry", "ready", "failed or cancelled or succeeded")]
    [TestCase("cancel", "failed", "ready or scheduled or running")]
    public async Task A_state_that_cannot_be_acted_on_is_wrong_usage(string act, string state, string allowed)
    {
        var result = await _queue.RunAsync(act, "--state", state, "--yes");
        Assert.That(result.Code, Is.EqualTo(2), result.ToString());
        Assert.That(result.Error, Does.StartWith($"pgqueue: --state: to {act} many jobs, give {allowed}."));
    }

    [TestCase("40/s")]
    [TestCase("2000/s")]
    public async Task Interrupted_it_ends_between_two_batches_and_prints_a_true_count(string rate)
    {
        await _queue.CancelledAsync(4000);
        using var tool = Tool.Start(_queue.Database, "retry", "--state", "cancelled", "--rate", rate, "--yes", "--json");
        await tool.SaidAsync("retried so far");
        tool.Interrupt();
        var result = await tool.EndAsync();
        var copies = await CopiesAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Code, Is.EqualTo(130), result.ToString());
            Assert.That(result.Json.GetProperty("interrupted").GetBoolean(), Is.True);
            Assert.That(result.Json.GetProperty("jobs").GetInt64(), Is.EqualTo(copies));
            Assert.That(copies, Is.InRange(1, 3999));
            Assert.That(await _queue.NumberAsync("select count from pgqueue.audit where act = 'retry-all'"), Is.EqualTo(copies), "the record says the same");
            Assert.That(result.Error, Does.Contain("pgqueue: interrupted.").And.Not.Contain("   at "));
        }
    }

    private Task<long> CopiesAsync() => _queue.NumberAsync("select count(*) from pgqueue.job where headers::jsonb ? 'pgqueue-retry-of'");
}
