using System.Diagnostics;

namespace PgQueue.Diagnostics;

/// <summary>
/// One queue's activity source <c>PgQueue</c>. Whatever a listener throws stays here: a job must not fail for its telemetry. Nothing is allocated
/// while nobody listens.
/// </summary>
internal sealed class QueueTracer(string name) : IDisposable
{
    private const string Send = "send";
    private const string Process = "process";
    private readonly ActivitySource _source = new(TelemetryTags.SourceName);

    /// <summary>The source, as tests tell two queues of one process apart.</summary>
    internal ActivitySource Source => _source;

    /// <summary>Whether an enqueue has a span to start or to carry. A current activity that is not sampled counts only where this source is listened to: ASP.NET Core makes one for every request.</summary>
    public bool IsSending => _source.HasListeners() || Activity.Current is { Recorded: true };

    /// <summary>The span of one enqueue call; its queue is known later.</summary>
    public Activity? StartSend() => Start(Send, Send, ActivityKind.Producer, default, default);

    /// <summary>What was sent: <paramref name="queue"/> and <paramref name="type"/> are null where the jobs differ.</summary>
    public static void Sent(Activity? span, string? queue, string? type, int? priority, int jobs, Guid? only, string? outcome)
    {
        if (span is null)
            return;
        if (queue is not null)
            span.DisplayName = $"{Send} {queue}";
        Tag(span, TelemetryTags.Destination, queue);
        Tag(span, TelemetryTags.JobType, type);
        Tag(span, TelemetryTags.Priority, priority);
        Tag(span, TelemetryTags.Outcome, outcome);
        if (only is { } id)
            span.SetTag(TelemetryTags.MessageId, id.ToString());
        else
            span.SetTag(TelemetryTags.MessageCount, jobs);
    }

    /// <summary>The span of one run.</summary>
    public Activity? StartRun(JobFacts facts, string route)
    {
        if (!_source.HasListeners())
            return null;
        var (parent, link) = TraceHeaders.Read(facts.Headers);
        var span = Start($"{Process} {facts.Queue}", Process, ActivityKind.Consumer, parent, link);
        if (span is not { IsAllDataRequested: true })
            return span;
        span.SetTag(TelemetryTags.Destination, facts.Queue);
        span.SetTag(TelemetryTags.MessageId, facts.Id.ToString());
        span.SetTag(TelemetryTags.JobType, facts.Type);
        span.SetTag(TelemetryTags.Route, route);
        span.SetTag(TelemetryTags.Attempt, facts.Attempt);
        span.SetTag(TelemetryTags.Priority, facts.Priority);
        if (facts.Schedule is { } run)
        {
            span.SetTag(TelemetryTags.Schedule, run.Schedule);
            span.SetTag(TelemetryTags.Occurrence, run.Occurrence.UtcDateTime.ToString("O"));
        }

        return span;
    }

    public static void EndRun(Activity? span, AttemptOutcome outcome, Exception? exception)
    {
        if (span is null)
            return;
        span.SetTag(TelemetryTags.Outcome, TelemetryTags.Of(outcome));
        if (outcome is AttemptOutcome.Retried or AttemptOutcome.Failed)
            Fail(span, exception);
        End(span);
    }

    /// <summary>The span has failed, with or without an exception.</summary>
    public static void Fail(Activity? span, Exception? exception)
    {
        if (span is null)
            return;
        span.SetStatus(ActivityStatusCode.Error);
        span.SetTag(TelemetryTags.ErrorType, exception?.GetType().FullName ?? TelemetryTags.Other);
        try
        {
            if (exception is not null && span.IsAllDataRequested)
                ExceptionNote.Add(span, exception);
        }
        catch (Exception)
        {
            // a listener's
        }
    }

    public static void End(Activity? span)
    {
        try
        {
            span?.Stop();
        }
        catch (Exception)
        {
            // a listener's
        }
    }

    public void Dispose() => _source.Dispose();

    private Activity? Start(string title, string operation, ActivityKind kind, ActivityContext parent, ActivityContext link)
    {
        try
        {
            var tags = new TagList
            {
                { TelemetryTags.System, TelemetryTags.SystemName },
                { TelemetryTags.OperationName, operation },
                { TelemetryTags.OperationType, operation },
            };
            if (name.Length > 0)
                tags.Add(TelemetryTags.Name, name);
            return _source.StartActivity(title, kind, parent, tags, link == default ? null : [new ActivityLink(link)]);
        }
        catch (Exception)
        {
            // a listener's
            return null;
        }
    }

    private static void Tag(Activity span, string key, object? value)
    {
        if (value is not null)
            span.SetTag(key, value);
    }
}
