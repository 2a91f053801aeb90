namespace PgQueue.CliTests;

/// <summary>What only a terminal shows: the question, colours, the live view.</summary>
[Platform("Linux")]
internal sealed class TerminalTests
{
    private QueueOf _queue;

    [SetUp]
    public async Task Open() => _queue = await QueueOf.MakeAsync();

    [TearDown]
    public async Task Close() => await _queue.DisposeAsync();

    [TestCase("\n", 1, 0)]
    [TestCase("n\n", 1, 0)]
    [TestCase("y\n", 0, 1234)]
    [TestCase("\u0003", 130, 0)]
    public async Task An_act_on_many_asks_with_the_number_of_jobs(string answer, int code, int copies)
    {
        await _queue.CancelledAsync(1234);
        using var terminal = new Terminal(_queue.Database, "retry", "--state", "cancelled");
        await terminal.SeenAsync("Retry 1,234 jobs? [y/N] ");
        await terminal.TypeAsync(answer);
        Assert.That(await terminal.EndAsync(), Is.EqualTo(code), terminal.Seen);
        Assert.That(await _queue.NumberAsync("select count(*) from pgqueue.retry"), Is.EqualTo(copies));
        if (copies > 0)
            Assert.That(terminal.Seen, Does.Contain("[##############################] 1,234 of 1,234 retried").And.Contain("1,234 jobs retried."));
    }

    [Test]
    public async Task Tables_of_hostile_text_move_nothing_but_what_they_draw()
    {
        await _queue.Admin.PauseQueueAsync("mails", "\u001b[2J\u001b]0;owned\u0007[red]not red[/] \u202Eevil");
        using var terminal = new Terminal(_queue.Database, "pauses");
        Assert.That(await terminal.EndAsync(), Is.Zero, terminal.Seen);
        Assert.That(terminal.Seen, Does.Contain("─").And.Contain("\\u001B[2J").And.Contain("red[/]").And.Contain("\\u202Eevil"));
        // ordinal: to a culture's comparison control characters are nothing
        foreach (var harm in (string[])["\u001b[2J", "\u001b]0", "\u202E", "\u0007"])
            Assert.That(terminal.Seen.IndexOf(harm, StringComparison.Ordinal), Is.Negative, terminal.Seen);
    }

    [TestCase("q")]
    [TestCase("\u0003")]
    public async Task The_live_view_goes_on_until_a_key_ends_it(string key)
    {
        await _queue.Jobs.EnqueueAsync(new Work(), new EnqueueOptions { Queue = "watched" });
        using var terminal = new Terminal(_queue.Database, "top");
        await terminal.SeenAsync("watched");
        await _queue.Jobs.EnqueueAsync(new Work(), new EnqueueOptions { Queue = "later" });
        await terminal.SeenAsync("later");
        await terminal.TypeAsync(key);
        Assert.That(await terminal.EndAsync(), Is.Zero, terminal.Seen);
    }
}
