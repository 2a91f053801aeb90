using System.CommandLine;
using System.Globalization;
using PgQueue.Cli.Acts;
using PgQueue.Cli.Input;
using PgQueue.Cli.Output;

namespace PgQueue.Cli.Commands;

/// <summary><c>show</c>: the whole story of one job.</summary>
internal static class ShowCommand
{
    public static Command Build(CommandRunner runner)
    {
        var id = Parsed.JobId();
        var payload = new Option<bool>("--payload") { Description = "Show the payload and the headers too. They may hold personal data." };
        return runner.Command("show", "Show one job: its state, its attempts with times, workers and errors.", command =>
        {
            command.Add(id);
            command.Add(payload);
        }, async context =>
        {
            var job = context.Parsed.GetRequiredValue(id)!.Value;
            var session = await context.OpenAsync().ConfigureAwait(false);
            var found = await session.Client.GetAsync(job, context.Token).ConfigureAwait(false) ?? throw OneAct.Unknown(job);
            var withPayload = context.Parsed.GetValue(payload);
            if (context.Screen.IsJson)
                context.Screen.Document(Document(found, withPayload));
            else
                Print(context.Screen, found, withPayload);
            return ExitCode.Done;
        });
    }

    private static Dictionary<string, object?> Document(JobInfo job, bool withPayload)
    {
        var document = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["id"] = job.Id,
            ["type"] = job.Type,
            ["queue"] = job.Queue,
            ["priority"] = job.Priority,
            ["state"] = job.State,
            ["attempt"] = job.Attempt,
            ["maxAttempts"] = job.MaxAttempts,
            ["enqueuedAt"] = job.EnqueuedAt,
            ["scheduledFor"] = job.ScheduledFor,
            ["finishedAt"] = job.FinishedAt,
            ["deduplicationKey"] = job.DeduplicationKey,
            ["schedule"] = job.Schedule is { } run ? new { Name = run.Schedule, run.Occurrence, run.IsLate, run.MissedSince, run.IsTriggered } : null,
            ["retriedAs"] = job.RetriedAs,
            ["retryOf"] = job.RetryOf,
            ["progress"] = job.Progress is { } progress ? new { progress.Fraction, progress.Message, progress.At } : null,
            ["result"] = Json.Stored(job.Result),
            ["attempts"] = job.Attempts.Select(Document),
        };
        if (withPayload)
        {
            document["payload"] = Json.Stored(job.Payload);
            document["headers"] = job.Headers;
        }

        return document;
    }

    private static object Document(JobAttempt attempt) =>
        new { attempt.Number, attempt.Outcome, attempt.StartedAt, attempt.FinishedAt, attempt.WorkerId, attempt.Token, attempt.Error, Log = attempt.Log.Select(Document) };

    private static object Document(JobLogLine line) => new { line.At, line.Level, line.Category, line.Message, line.Exception };

    private static void Print(Screen screen, JobInfo job, bool withPayload)
    {
        Fact(screen, "Job", job.Id.ToString());
        Fact(screen, "Type", job.Type);
        Fact(screen, "Queue", string.Create(CultureInfo.InvariantCulture, $"{job.Queue}, priority {job.Priority}"));
        Fact(screen, "State", Words.Name(job.State));
        Fact(screen, "Attempt", string.Create(CultureInfo.InvariantCulture, $"{job.Attempt} of {job.MaxAttempts}"));
        Fact(screen, "Enqueued", Words.Instant(job.EnqueuedAt));
        Fact(screen, "Due", Words.Instant(job.ScheduledFor));
        Fact(screen, "Ended", Words.Instant(job.FinishedAt));
        Fact(screen, "Key", job.DeduplicationKey);
        Fact(screen, "Schedule", job.Schedule is { } run ? $"{run.Schedule}, occurrence {Words.Instant(run.Occurrence)}" : null);
        Fact(screen, "Retried as", job.RetriedAs?.ToString());
        Fact(screen, "Retry of", job.RetryOf?.ToString());
        Fact(screen, "Progress", job.Progress is { } progress
            ? string.Create(CultureInfo.InvariantCulture, $"{progress.Fraction:P0} {progress.Message} ({Words.Instant(progress.At)})")
            : null);
        if (job.Result is { } result)
        {
            Fact(screen, "Result", "as stored:");
            screen.Block(result);
        }

        if (withPayload)
        {
            foreach (var (name, value) in job.Headers)
                Fact(screen, "Header", $"{name}: {value}");
            Fact(screen, "Payload", "as stored:");
            screen.Block(job.Payload);
        }

        foreach (var attempt in job.Attempts)
            Print(screen, attempt);
    }

    private static void Print(Screen screen, JobAttempt attempt)
    {
        var took = attempt.StartedAt is { } started ? $", took {Words.Duration(attempt.FinishedAt - started)}" : "";
        var worker = attempt.WorkerId is { } id ? $", worker {id}" : "";
        screen.Say(string.Create(CultureInfo.InvariantCulture, $"Attempt {attempt.Number}: {Words.Name(attempt.Outcome)} at {Words.Instant(attempt.FinishedAt)}{took}{worker}"));
        foreach (var line in attempt.Log)
            screen.Block($"{Words.Instant(line.At)} {Words.Name(line.Level)} {line.Category}: {line.Message}{(line.Exception is null ? "" : $"\n{line.Exception}")}");
        if (attempt.Error is { } error)
            screen.Block(error);
    }

    private static void Fact(Screen screen, string name, string? value)
    {
        if (value is not null)
            screen.Say($"{name + ":",-12}{value}");
    }
}
