namespace PgQueue.CliTests;

/// <summary>What jobs bring along reaches the terminal as text and as nothing else.</summary>
internal sealed class HostileTests
{
    private const string Hostile = "\u001b[2J\u001b]0;owned\u0007[red]not red[/] [/] \u009b31m \u202Eevil\u200b\r\nState:      succeeded\n\u2028next\u0000\u007f end";
    private QueueOf _queue;
    private Guid _failed;
    private Guid _scheduled;

    [OneTimeSetUp]
    public async Task Fill()
    {
        _queue = await QueueOf.MakeAsync();
        _failed = await _queue.EndedAsync(new Work(Error: Hostile.Replace("\u0000", "", StringComparison.Ordinal)));
        _scheduled = (await _queue.Jobs.EnqueueAsync(new Work(Note: "\u001b[31m[bold]x[/]\u202E"), new EnqueueOptions
        {
            Delay = TimeSpan.FromDays(1),
            DeduplicationKey = "\u001b[31mkey[/]",
            Headers = new Dictionary<string, string> { ["h"] = "[link=http://evil]\u001b[5m" },
        })).JobId;
        await _queue.Jobs.CancelAsync(await ScheduledAsync(), "\u001b[1mreason[bold]\n\u009b2J");
    }

    [OneTimeTearDown]
    public async Task Close() => await _queue.DisposeAsync();

    [Test]
    public async Task Text_that_jobs_bring_is_escaped_wherever_it_is_shown()
    {
        Result[] results =
        [
            await _queue.RunAsync("list"),
            await _queue.RunAsync("list", "--state", "cancelled"),
            await _queue.RunAsync("show", _failed.ToString(), "--payload"),
            await _queue.RunAsync("show", _scheduled.ToString(), "--payload"),
            await _queue.RunAsync("list", "--json"),
            await _queue.RunAsync("show", _failed.ToString(), "--json", "--payload"),
            await _queue.RunAsync("show", _scheduled.ToString(), "--json", "--payload"),
        ];
        foreach (var result in results)
        {
            Assert.That(result.Code, Is.Zero, result.ToString());
            Assert.That((result.Out + result.Error).Where(IsDangerous).Select(c => $"U+{(int)c:X4}"), Is.Empty, result.ToString());
        }

        var shown = results[2].Out;
        Assert.That(shown, Does.Contain("[red]not red[/] [/]"), "brackets are only brackets");
        Assert.That(shown, Does.Contain("\\u001B[2J").And.Contain("\\u202E"));
        Assert.That(shown.Split('\n').Count(line => line.StartsWith("State:", StringComparison.Ordinal)), Is.EqualTo(1), "no line of an error passes for one of ours");
        Assert.That(results[5].Json.GetProperty("attempts").EnumerateArray().Single().GetProperty("error").GetString(), Does.Contain("[red]not red[/] [/]"));
        Assert.That(results[6].Json.GetProperty("payload").GetProperty("note").GetString(), Is.EqualTo("\u001b[31m[bold]x[/]\u202E"), "JSON keeps the text as it is");
    }

    [Test]
    public async Task Text_of_the_command_line_is_escaped_too()
    {
        var option = await _queue.RunAsync("list", "--since", "\u001b[31m[red]");
        var command = await _queue.RunAsync("\u001b[31mlist");
        var schedule = await _queue.RunAsync("schedules", "pause", "\u001b[31m");
        Assert.That((option.Error + command.Error + schedule.Error).Where(IsDangerous), Is.Empty);
        Assert.That(option.Error, Does.Contain("\\u001B[31m[red]"));
    }

    private async Task<Guid> ScheduledAsync() => (await _queue.Jobs.EnqueueAsync(new Work(), new EnqueueOptions { Delay = TimeSpan.FromDays(1) })).JobId;

    private static bool IsDangerous(char c) => (char.IsControl(c) && c != '\n')
        || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator;
}
