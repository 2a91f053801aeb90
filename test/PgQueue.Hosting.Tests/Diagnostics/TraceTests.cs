using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace PgQueue.Tests.Diagnostics;

/// <summary>Spans from the enqueue to every run, over processes.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class TraceTests
{
    private const string Secret = "card 4111 1111";

    [Test]
    public async Task One_trace_leads_from_the_caller_over_the_enqueue_to_the_run_in_another_process()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        Activity? inHandler = null;
        await using var worker = await TestHost.StartAsync(database, q => q.OnWork((_, _, _) =>
        {
            inHandler = Activity.Current;
            return Task.CompletedTask;
        }));
        await using var producer = await TestHost.StartAsync(database);
        using var ran = new SpanBook(worker);
        using var sent = new SpanBook(producer);
        using var request = new Activity("request") { TraceStateString = "vendor=1" }.Start();
        var receipt = await producer.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { Priority = 7 });
        await ran.UntilRunsAsync(1);
        var (send, run) = (sent.Sent.Single(), ran.Runs.Single());
        Assert.Multiple(() =>
        {
            Assert.That(Activity.Current, Is.SameAs(request));
            Assert.That((send.ParentSpanId, send.DisplayName, send.Status), Is.EqualTo((request.SpanId, "send default", ActivityStatusCode.Unset)));
            Assert.That((run.ParentSpanId, run.TraceId, run.DisplayName), Is.EqualTo((send.SpanId, request.TraceId, "process default")));
            Assert.That((run.HasRemoteParent, run.TraceStateString, run.Status), Is.EqualTo((true, "vendor=1", ActivityStatusCode.Unset)));
            Assert.That(inHandler, Is.SameAs(run));
            Assert.That(SpanBook.Tags(send), Is.EquivalentTo(new Dictionary<string, object?>
            {
                ["messaging.system"] = "pgqueue", ["messaging.operation.name"] = "send", ["messaging.operation.type"] = "send",
                ["messaging.destination.name"] = "default", ["messaging.message.id"] = $"{receipt.JobId}",
                ["pgqueue.job.type"] = "work", ["pgqueue.job.outcome"] = "created", ["pgqueue.queue.priority"] = 7,
            }));
            Assert.That(SpanBook.Tags(run), Is.EquivalentTo(new Dictionary<string, object?>
            {
                ["messaging.system"] = "pgqueue", ["messaging.operation.name"] = "process", ["messaging.operation.type"] = "process",
                ["messaging.destination.name"] = "default", ["messaging.message.id"] = $"{receipt.JobId}", ["pgqueue.route"] = "work",
                ["pgqueue.job.type"] = "work", ["pgqueue.job.outcome"] = "succeeded", ["pgqueue.job.attempt"] = 1, ["pgqueue.queue.priority"] = 7,
            }));
        });
    }

    [Test]
    public async Task A_retry_is_a_second_run_of_the_same_trace_and_the_first_has_failed_without_the_exceptions_message()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), static q => q.OnWork(static (_, context, _) =>
            context.Attempt == 1 ? throw new IOException(Secret, new ArgumentException(Secret)) : Task.CompletedTask));
        using var book = new SpanBook(host);
        await host.Client.EnqueueAsync(new Work(Secret), new EnqueueOptions { Headers = new Dictionary<string, string> { ["card"] = Secret } });
        await book.UntilRunsAsync(2);
        var (first, second) = (book.Runs[0], book.Runs[1]);
        var thrown = first.Events.Single(e => e.Name == "exception").Tags.ToDictionary(t => t.Key, t => t.Value);
        Assert.Multiple(() =>
        {
            Assert.That(book.Runs.Select(r => (r.ParentSpanId, r.TraceId)), Is.All.EqualTo((book.Sent[0].SpanId, book.Sent[0].TraceId)));
            Assert.That((first.Status, first.StatusDescription, SpanBook.Tag(first, "pgqueue.job.outcome")), Is.EqualTo((ActivityStatusCode.Error, (string?)null, "retried")));
            Assert.That(SpanBook.Tag(first, "error.type"), Is.EqualTo("System.IO.IOException"));
            Assert.That(thrown["exception.type"], Is.EqualTo("System.IO.IOException"));
            Assert.That(thrown["exception.stacktrace"], Does.Contain(nameof(TraceTests)).And.Contain("\n ---> System.ArgumentException"));
            Assert.That((second.Status, SpanBook.Tag(second, "pgqueue.job.attempt"), second.Events.Count()), Is.EqualTo((ActivityStatusCode.Unset, 2, 0)));
            Assert.That(book.Sent.Concat(book.Runs).SelectMany(s => s.TagObjects.Concat(s.Events.SelectMany(e => e.Tags))).Select(t => $"{t.Value}"), Has.None.Contain(Secret));
        });
    }

    [TestCase("discard", "failed", ActivityStatusCode.Error)]
    [TestCase("retry", "retried", ActivityStatusCode.Error)]
    [TestCase("cancel", "cancelled", ActivityStatusCode.Unset)]
    [TestCase("snooze", "snoozed", ActivityStatusCode.Unset)]
    public async Task A_verdict_of_the_handler_is_the_spans_outcome(string act, string outcome, ActivityStatusCode status)
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => q.OnWork((_, context, _) =>
        {
            if (act == "discard")
                context.Discard("no use");
            else if (act == "retry")
                context.RetryAfter(TimeSpan.FromHours(1));
            else if (act == "cancel")
                context.Cancel("no need");
            else
                context.Snooze(TimeSpan.FromHours(1));
            return Task.CompletedTask;
        }));
        using var book = new SpanBook(host);
        await host.Client.EnqueueAsync(new Work("a"));
        await book.UntilRunsAsync(1);
        Assert.That((SpanBook.Tag(book.Runs[0], "pgqueue.job.outcome"), book.Runs[0].Status, book.Runs[0].Events.Count()), Is.EqualTo((outcome, status, 0)));
    }

    [Test]
    public async Task A_payload_that_cannot_be_read_fails_the_runs_span()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var producer = await TestHost.StartAsync(database);
        await producer.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { MaxAttempts = 1 });
        await TestDatabase.ExecuteAsync(database, "update pgqueue.job set payload = '[1]'");
        var worker = TestHost.Build(database, static q => q.OnWork());
        await using var disposal = worker;
        using var book = new SpanBook(worker);
        await worker.StartAsync();
        await book.UntilRunsAsync(1);
        Assert.That((book.Runs[0].Status, SpanBook.Tag(book.Runs[0], "error.type")), Is.EqualTo((ActivityStatusCode.Error, "PgQueue.PayloadException")));
    }

    [Test]
    public async Task A_bulk_is_one_span_and_each_job_carries_it([Values(3, 100, 101)] int jobs)
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), static q => q.OnWork());
        using var book = new SpanBook(host);
        await host.Client.EnqueueManyAsync(Enumerable.Range(0, jobs).Select(n => new Work($"{n}")));
        await book.UntilRunsAsync(jobs);
        var send = book.Sent.Single();
        Assert.That((SpanBook.Tag(send, "messaging.batch.message_count"), SpanBook.Tag(send, "messaging.message.id"), send.DisplayName), Is.EqualTo((jobs, (object?)null, "send default")));
        if (jobs <= 100)
            Assert.That(book.Runs.Select(r => (r.ParentSpanId, r.Links.Count())), Is.All.EqualTo((send.SpanId, 0)));
        else
            Assert.That(book.Runs.Select(r => (r.ParentId, r.Links.Single().Context.SpanId)), Is.All.EqualTo(((string?)null, send.SpanId)));
        Assert.That(book.Runs.Select(r => r.TraceId).Distinct().Count(), Is.EqualTo(jobs <= 100 ? 1 : jobs), "a large call is linked, each run in a trace of its own");
    }

    [Test]
    public async Task A_call_with_jobs_for_two_queues_names_none()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        using var book = new SpanBook(host);
        await host.Client.EnqueueManyAsync([new NewJob(new Work("a")), new NewJob(new Errand(1), new EnqueueOptions { Queue = "mail" })]);
        Assert.That((book.Sent[0].DisplayName, SpanBook.Tag(book.Sent[0], "messaging.destination.name"), SpanBook.Tag(book.Sent[0], "pgqueue.job.type")),
            Is.EqualTo(("send", (object?)null, (object?)null)));
    }

    [Test]
    public async Task An_enqueue_that_throws_fails_its_span()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        using var book = new SpanBook(host);
        await Assert.ThrowsAsync<InvalidJobException>(() => host.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { Priority = 1000 }));
        Assert.That((book.Sent[0].Status, SpanBook.Tag(book.Sent[0], "error.type")), Is.EqualTo((ActivityStatusCode.Error, "PgQueue.InvalidJobException")));
    }

    [Test]
    public async Task A_schedules_job_is_the_root_of_its_trace_and_names_the_schedule()
    {
        await using var host = await TestHost.StartAsync(
            await TestDatabase.CreateMigratedAsync(), static q => q.OnWork().AddCron("tick", "* * * * * *", new Work("tick")));
        using var book = new SpanBook(host);
        await book.UntilRunsAsync(1);
        Assert.That((book.Runs[0].ParentId, SpanBook.Tag(book.Runs[0], "pgqueue.schedule.name")), Is.EqualTo(((string?)null, "tick")));
        Assert.That(SpanBook.Tag(book.Runs[0], "pgqueue.schedule.occurrence"), Does.EndWith("Z"));
    }

    [Test]
    public async Task A_host_started_within_a_span_does_not_keep_it()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        var host = TestHost.Build(database, static q => q.OnWork());
        await using var disposal = host;
        using var book = new SpanBook(host);
        using (var start = new Activity("start").Start())
            await host.StartAsync();
        await using var producer = await TestHost.StartAsync(database);
        await producer.Client.EnqueueAsync(new Work("a"));
        await book.UntilRunsAsync(1);
        Assert.That(book.Runs[0].ParentId, Is.Null);
    }
}
