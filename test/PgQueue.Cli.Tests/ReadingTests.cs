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
