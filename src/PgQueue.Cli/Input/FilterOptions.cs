using System.CommandLine;

namespace PgQueue.Cli.Input;

/// <summary>The options that say which jobs.</summary>
internal sealed class FilterOptions
{
    public FilterOptions(TimeProvider time)
    {
        State = Parsed.Choice<JobState>("--state", "Only jobs in this state");
        Queue = Parsed.Text("--queue", "name", "Only jobs of this queue.");
        Type = Parsed.Text("--type", "name", "Only jobs of this type, or of all types with this prefix if it ends in *.");
        Since = Parsed.Option<DateTimeOffset>("--since", "time", "Only jobs enqueued since then (failed, cancelled, superseded: ended): 2h for two hours ago, yesterday, 2026-11-22T10:00Z.",
            TimeText.PastRule, text => TimeText.Past(text, time.GetUtcNow()));
        Until = Parsed.Option<DateTimeOffset>("--until", "time", "Only jobs enqueued, or ended, before then.",
            TimeText.PastRule, text => TimeText.Past(text, time.GetUtcNow()));
        Error = Parsed.Text("--error", "text", "Only jobs whose last error contains this. Failed, cancelled and superseded jobs only.");
    }

    public Option<JobState?> State { get; }

    public Option<string?> Queue { get; }

    public Option<string?> Type { get; }

    public Option<DateTimeOffset?> Since { get; }

    public Option<DateTimeOffset?> Until { get; }

    public Option<string?> Error { get; }

    public void AddTo(Command command)
    {
        command.Add(State);
        command.Add(Queue);
        command.Add(Type);
        command.Add(Since);
        command.Add(Until);
        command.Add(Error);
    }

    public JobFilter Read(ParseResult parsed) => new()
    {
        State = parsed.GetValue(State),
        Queue = parsed.GetValue(Queue),
        Type = parsed.GetValue(Type),
        Since = parsed.GetValue(Since),
        Until = parsed.GetValue(Until),
        Error = parsed.GetValue(Error),
    };

    /// <summary>Whether any of them is given.</summary>
    public bool IsGiven(ParseResult parsed) => Read(parsed) != new JobFilter();
}
