using System.Text.Json;

namespace PgQueue.CliTests;

/// <summary>Commands that only read.</summary>
internal sealed class ReadingTests
{
    private QueueOf _queue;
    private Guid _failed;
    private Guid _scheduled;

    [OneTimeSetUp]
    public async Task Fill()
    {
        _queue = await QueueOf.MakeAsync();
        await _queue.EndedAsync(new Work());
        _failed = await _queue.EndedAsync(new Work(Error: "the disk is full"));
        _scheduled = (await _queue.Jobs.EnqueueAsync(new Work(Note: "secret"), new EnqueueOptions
        {
            Delay = TimeSpan.FromDays(1), Queue = "reports", Priority = 7, Headers = new Dictionary<string, string> { ["tenant"] = "acme" }, DeduplicationKey = "only-one",
        })).JobId;
        for (var i = 0; i < 3; i++)
            await _queue.Jobs.EnqueueAsync(new Work(), new EnqueueOptions { Queue = "idle" });
    }

    [OneTimeTearDown]
    public async Task Close() => await _queue.DisposeAsync();

    [Test]
    public async Task List_gives_jobs_as_json_with_instants_in_utc()
    {
        var result = await _queue.RunAsync("list", "--json", "--state", "failed", "--type", "work", "--since", "1h", "--error", "DISK");
        Assert.That(result.Code, Is.Zero, result.ToString());
        var job = result.Json.GetProperty("jobs").EnumerateArray().Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Error, Is.Empty);
            Assert.That(result.Json.GetProperty("next").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(job.GetProperty("id").GetGuid(), Is.EqualTo(_failed));
            Assert.That(job.GetProperty("state").GetString(), Is.EqualTo("failed"));
            Assert.That(job.GetProperty("queue").GetString(), Is.EqualTo("default"));
            Assert.That(job.GetProperty("type").GetString(), Is.EqualTo("work"));
            Assert.That(job.GetProperty("enqueuedAt").GetString(), Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$"));
            Assert.That(job.GetProperty("finishedAt").GetDateTimeOffset().Offset, Is.EqualTo(TimeSpan.Zero));
            Assert.That(job.GetProperty("error").GetString(), Does.Contain("the disk is full"));
            Assert.That(job.GetProperty("attempt").GetInt32(), Is.EqualTo(1));
            Assert.That(job.GetProperty("maxAttempts").GetInt32(), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Pages_follow_each_other_by_the_cursor()
    {
        var first = await _queue.RunAsync("list", "--json", "--queue", "idle", "--state", "ready", "--size", "2");
        var cursor = first.Json.GetProperty("next").GetString();
        var second = await _queue.RunAsync("list", "--json", "--queue", "idle", "--state", "ready", "--size", "2", "--after", cursor!);
        var ids = first.Json.GetProperty("jobs").EnumerateArray().Concat(second.Json.GetProperty("jobs").EnumerateArray()).Select(j => j.GetProperty("id").GetGuid()).ToList();
        Assert.That(ids, Has.Count.EqualTo(3).And.Unique);
        Assert.That(second.Json.GetProperty("next").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task Without_a_terminal_a_list_is_plain_columns_and_the_cursor_is_beside_it()
    {
        var result = await _queue.RunAsync("list", "--queue", "idle", "--size", "2");
        var lines = result.Out.TrimEnd('\n').Split('\n');
        Assert.That(lines, Has.Length.EqualTo(3));
        Assert.That(lines[0], Does.Match("^Id +State +Queue +Type +Attempt +Enqueued"));
        Assert.That(lines[1], Does.Match("^[0-9a-f-]{36}  ready  idle   work"));
        Assert.That(result.Out, Does.Not.Contain('\u001b'));
        Assert.That(result.Error, Does.Match(@"^More: add --after \S+\n$"));
    }

    [Test]
    public async Task Show_tells_the_whole_story_of_a_job()
    {
        var result = await _queue.RunAsync("show", _failed.ToString(), "--json");
        var attempt = result.Json.GetProperty("attempts").EnumerateArray().Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Code, Is.Zero);
            Assert.That(result.Json.GetProperty("state").GetString(), Is.EqualTo("failed"));
            Assert.That(attempt.GetProperty("outcome").GetString(), Is.EqualTo("failed"));
            Assert.That(attempt.GetProperty("number").GetInt32(), Is.EqualTo(1));
            Assert.That(attempt.GetProperty("workerId").GetGuid(), Is.Not.EqualTo(Guid.Empty));
            Assert.That(attempt.GetProperty("startedAt").GetDateTimeOffset(), Is.LessThanOrEqualTo(attempt.GetProperty("finishedAt").GetDateTimeOffset()));
            Assert.That(attempt.GetProperty("error").GetString(), Does.Contain("the disk is full"));
        }

        var text = await _queue.RunAsync("show", _failed.ToString());
        Assert.That(text.Out, Does.Contain("State:      failed\n").And.Match("Attempt 1: failed at .*, took .*, worker ").And.Contain("      System.InvalidOperationException: the disk is full\n"));
    }

    [Test]
    public async Task Show_gives_payload_and_headers_only_when_asked()
    {
        var without = await _queue.RunAsync("show", _scheduled.ToString(), "--json");
        var with = await _queue.RunAsync("show", _scheduled.ToString(), "--json", "--payload");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(without.Out, Does.Not.Contain("secret").And.Not.Contain("acme"));
            Assert.That(without.Json.TryGetProperty("payload", out _), Is.False);
            Assert.That(without.Json.GetProperty("priority").GetInt32(), Is.EqualTo(7));
            Assert.That(without.Json.GetProperty("deduplicationKey").GetString(), Is.EqualTo("only-one"));
            Assert.That(without.Json.GetProperty("scheduledFor").GetDateTimeOffset(), Is.GreaterThan(without.Json.GetProperty("enqueuedAt").GetDateTimeOffset()));
            Assert.That(with.Json.GetProperty("payload").GetProperty("note").GetString(), Is.EqualTo("secret"));
            Assert.That(with.Json.GetProperty("headers").GetProperty("tenant").GetString(), Is.EqualTo("acme"));
            Assert.That((await _queue.RunAsync("show", _scheduled.ToString(), "--payload")).Out, Does.Contain("secret").And.Contain("tenant: acme"));
        }
    }

    [Test]
    public async Task Stats_count_by_state_queue_and_type()
    {
        var json = (await _queue.RunAsync("stats", "--json")).Json;
        var total = json.GetProperty("total");
        var idle = json.GetProperty("queues").EnumerateArray().Single(q => q.GetProperty("queue").GetString() == "idle");
        var work = json.GetProperty("types").EnumerateArray().Single(t => t.GetProperty("type").GetString() == "work");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(total.GetProperty("succeeded").GetInt64(), Is.EqualTo(1));
            Assert.That(total.GetProperty("failed").GetInt64(), Is.EqualTo(1));
            Assert.That(total.GetProperty("scheduled").GetInt64(), Is.EqualTo(1));
            Assert.That(total.GetProperty("estimated").GetArrayLength(), Is.Zero);
            Assert.That(total.GetProperty("oldestReadyAge").GetDouble(), Is.Positive, "seconds");
            Assert.That(total.GetProperty("lastHour").GetProperty("failureRate").GetDouble(), Is.EqualTo(0.5));
            Assert.That(total.GetProperty("lastHour").GetProperty("span").GetDouble(), Is.InRange(3600, 3661));
            Assert.That(idle.GetProperty("ready").GetInt64(), Is.EqualTo(3));
            Assert.That(work.GetProperty("failed").GetInt64(), Is.EqualTo(1));
        }

        var text = await _queue.RunAsync("stats");
        Assert.That(text.Out, Does.Match(@"succeeded +1\n").And.Match(@"\nidle +3 +0 +0 ").And.Contain("Workers: 0."), text.ToString());
    }

    [Test]
    public async Task Workers_tell_host_process_queues_and_types()
    {
        using var worker = await _queue.WorkAsync();
        var json = (await _queue.RunAsync("workers", "--json")).Json.GetProperty("workers").EnumerateArray().Single();
        var text = await _queue.RunAsync("workers");
        await worker.StopAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(json.GetProperty("host").GetString(), Is.EqualTo(Environment.MachineName));
            Assert.That(json.GetProperty("processId").GetInt32(), Is.EqualTo(Environment.ProcessId));
            Assert.That(json.GetProperty("isAlive").GetBoolean(), Is.True);
            Assert.That(json.GetProperty("queues").EnumerateArray().Single().GetString(), Is.EqualTo("default"));
            Assert.That(json.GetProperty("types").EnumerateArray().Single().GetString(), Is.EqualTo("work"));
            Assert.That(text.Out, Does.Contain(Environment.MachineName));
        }
    }

    [Test]
    public async Task Top_prints_one_frame_where_there_is_no_terminal()
    {
        var text = await _queue.RunAsync("top");
        var json = await _queue.RunAsync("top", "--json");
        Assert.That(text.Code, Is.Zero, text.ToString());
        Assert.That(text.Out, Does.StartWith("pgqueue ").And.Contain("ended a second").And.Match(@"\nidle +3 ").And.Match(@"\nwork +"));
        Assert.That(json.Json.GetProperty("report").GetProperty("total").GetProperty("scheduled").GetInt64(), Is.EqualTo(1));
        Assert.That(json.Json.GetProperty("workers").GetArrayLength(), Is.GreaterThanOrEqualTo(0));
    }

    [Test]
    public async Task Script_prints_what_migrate_would_do_and_needs_no_database()
    {
        var whole = await Tool.RunAsync(null, "script", "--schema", "other");
        var rest = await Tool.RunAsync(null, "script", "--from", (PgQueueSchema.Version - 1).ToString(System.Globalization.CultureInfo.InvariantCulture), "--json");
        var grants = await Tool.RunAsync(null, "script", "--grants");
        Assert.That(whole.Out, Is.EqualTo(PgQueueSchema.GetScript(0, "other")));
        Assert.That(rest.Json.GetProperty("script").GetString(), Is.EqualTo(PgQueueSchema.GetScript(PgQueueSchema.Version - 1)));
        Assert.That(rest.Json.GetProperty("version").GetInt32(), Is.EqualTo(PgQueueSchema.Version));
        Assert.That(grants.Out, Is.EqualTo(PgQueueSchema.GetGrantsScript()));
    }

    [Test]
    public async Task Help_of_every_command_tells_the_exit_codes()
    {
        var help = await Tool.RunAsync(null, "--help");
        var commands = help.Out.Split("Commands:")[1].Split("Exit codes:")[0].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim().Split(' ')[0]).ToList();
        Assert.That(commands, Has.Count.GreaterThan(7));
        foreach (var command in commands)
        {
            var result = await Tool.RunAsync(null, command, "--help");
            Assert.That(result.Code, Is.Zero, command);
            Assert.That(result.Out, Does.Contain("Exit codes:").And.Contain("130  interrupted").And.Contain("--json"), command);
        }
    }
}
