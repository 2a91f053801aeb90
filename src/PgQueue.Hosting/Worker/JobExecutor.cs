using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PgQueue.Diagnostics;
using PgQueue.Handlers;
using PgQueue.Payloads;
using PgQueue.Storage;

namespace PgQueue.Worker;

/// <summary>Runs one claimed job and says how it ended. Whatever a handler, its constructor or its middleware does, an outcome comes back.</summary>
internal sealed class JobExecutor(
    RouteTable routes, PayloadSerializer serializer, LaneCatalog lanes, OutcomeRules rules, InTransactionCompletion completion, IServiceScopeFactory scopes,
    RunTelemetry telemetry, ProgressLoop progress, LogCapture? capture, ILogger logger)
{
    private const int TypesWarnedOf = 1000;
    private readonly ConcurrentDictionary<string, bool> _unknownTypes = new(StringComparer.Ordinal);

    /// <summary>The handler's route, or the outcome of a job that is not to run here.</summary>
    public Route? Admit(ClaimedJob job, out JobOutcome refusal)
    {
        refusal = default;
        if (job.Tomb == (short)AttemptOutcome.Deferred)
        {
            refusal = OutcomeRules.Parked(job);
            return null;
        }

        if (job.Tomb != 0)
        {
            // a number that this version does not know must end the job too
            var outcome = (AttemptOutcome)job.Tomb is AttemptOutcome.Failed or AttemptOutcome.Superseded ? (AttemptOutcome)job.Tomb : AttemptOutcome.Cancelled;
            refusal = new JobOutcome(job, outcome, HadTombstone: true);
            return null;
        }

        if (job.Type is null || job.Payload is null)
        {
            refusal = rules.Broken(job, "The job's body is missing from the database.");
            return null;
        }

        if (routes.Find(job.Type) is { } route)
            return route;
        if (_unknownTypes.Count < TypesWarnedOf && _unknownTypes.TryAdd(job.Type, true))
            logger.TypeUnknown(job.Type, routes.Known);
        refusal = rules.Deferred(job);
        return null;
    }

    public async Task<JobOutcome> RunAsync(WorkItem item, RunSlot slot, CancellationToken cancellationToken)
    {
        var job = item.Job;
        var facts = Facts(job);
        var route = item.Route.Handler.Route;
        var span = telemetry.Begin(facts, route);
        var run = new JobRun(item, slot, serializer, completion, progress, capture?.Begin(item.Route.Handler.Options, facts.Queue));
        JobContext? context = null;
        JobOutcome outcome;
        byte[]? log;
        try
        {
            var payload = serializer.Read(job.Payload, item.Route.Handler);
            // disposed inside the try: a Dispose that throws is the job's failure too
            await using var scope = scopes.CreateAsyncScope();
            context = new JobContext(facts, payload, scope.ServiceProvider, run);
            await item.Route.Pipeline(context, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            log = run.End();
            outcome = run.With(rules.Threw(item, slot.StartedAt, e, slot.End(), context?.Verdict ?? default), log);
            telemetry.End(span, facts, route, slot.StartedAt, outcome.Outcome, e);
            return outcome;
        }

        slot.End();
        log = run.End();
        outcome = run.With(rules.Returned(item, slot.StartedAt, context.Verdict), log);
        telemetry.End(span, facts, route, slot.StartedAt, outcome.Outcome, exception: null);
        return outcome;
    }

    /// <summary>The route that a stored type name belongs to, for a tag; one word for all that have none.</summary>
    public string RouteOf(string? type) => (type is null ? null : routes.Find(type))?.Handler.Route ?? TelemetryTags.Other;

    private JobFacts Facts(ClaimedJob job)
    {
        var lane = lanes.Find(job.Lane);
        var headers = HeaderCodec.Read(job.Headers);
        return new JobFacts
        {
            Id = job.Id,
            Type = job.Type!,
            Queue = lane?.Queue ?? "",
            Priority = lane?.Priority ?? 0,
            Attempt = job.Attempt,
            MaxAttempts = job.MaxAttempts,
            Token = job.LeaseId,
            EnqueuedAt = new DateTimeOffset(DateTime.SpecifyKind(job.CreatedAt, DateTimeKind.Utc)),
            ScheduledFor = job.Due is { } due ? new DateTimeOffset(DateTime.SpecifyKind(due, DateTimeKind.Utc)) : null,
            Headers = headers,
            Schedule = ScheduledRunHeaders.Read(headers),
        };
    }
}
