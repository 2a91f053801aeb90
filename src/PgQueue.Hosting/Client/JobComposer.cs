using PgQueue.Configuration;
using PgQueue.Diagnostics;
using PgQueue.Handlers;
using PgQueue.Payloads;
using PgQueue.Storage;

namespace PgQueue.Client;

/// <summary>Turns payloads and options into checked rows.</summary>
internal sealed class JobComposer(PayloadTypes types, PayloadSerializer serializer, LaneCatalog lanes, RetryOptions retry)
{
    private const string DefaultQueue = "default";
    private static readonly EnqueueOptions Defaults = new();

    /// <param name="job">The job as it was given.</param>
    /// <param name="index">Which job of its call it is; null if it is the only one.</param>
    /// <param name="trace">What its headers carry of the present trace; null for nothing.</param>
    /// <param name="cancellationToken">Ends the wait for a new lane.</param>
    /// <exception cref="PgQueueException">What is wrong with it, with its index.</exception>
    public async ValueTask<NewJobRow> ComposeAsync(NewJob job, int? index, TraceHeaders? trace, CancellationToken cancellationToken)
    {
        var options = job?.Options ?? Defaults;
        var (type, payload) = Check(job, options, index);
        var queue = options.Queue ?? type.Queue ?? DefaultQueue;
        return new NewJobRow
        {
            Id = options.JobId ?? Guid.CreateVersion7(),
            IsIdNew = options.JobId is null,
            Lane = await lanes.EnsureAsync(queue, options.Priority, cancellationToken).ConfigureAwait(false),
            Queue = queue,
            Type = type.Name,
            Payload = payload,
            MaxAttempts = (short)(options.MaxAttempts ?? type.MaxAttempts ?? retry.MaxAttempts),
            Delay = options.Delay > TimeSpan.Zero ? options.Delay : null,
            RunAt = options.RunAt,
            TimeoutMs = options.Timeout is { } timeout ? Milliseconds(timeout) : null,
            Headers = trace is null ? HeaderCodec.Write(options.Headers) : trace.Write(options.Headers),
            Key = options.DeduplicationKey,
            KeyScope = (short)(options.DeduplicationKey is null ? 0 : options.DeduplicationScope),
            KeyPeriod = options.DeduplicationPeriod,
            KeyReplace = options.OnDuplicate == DuplicateAction.Replace,
        };
    }

    /// <summary>Refuses many payloads where one is meant, before their type name is asked for.</summary>
    public void CheckIsOne(object? payload)
    {
        if (payload is not null && types.IsManyByMistake(payload))
        {
            throw new InvalidJobException(
                nameof(NewJob.Payload),
                $"it is a {CSharpName.Of(payload.GetType())}, which would be one job. For a job an element use EnqueueManyAsync; for one job wrap it in a class, or register a handler for it.");
        }
    }

    public static int Milliseconds(TimeSpan timeout) => timeout < TimeSpan.Zero ? -1 : (int)Math.Ceiling(timeout.TotalMilliseconds);

    private (PayloadType Type, byte[] Payload) Check(NewJob? job, EnqueueOptions options, int? index)
    {
        try
        {
            if (job is null)
                throw new InvalidJobException("jobs", "an element is null.");
            if (!ReferenceEquals(options, Defaults))
                EnqueueOptionsValidator.Check(options);
            if (job.Payload is NewJob)
                throw new InvalidJobException(nameof(NewJob.Payload), "it is a NewJob itself. Give NewJobs to EnqueueManyAsync(jobs), which takes their own options.");
            if (job.Payload is null)
                throw new PayloadException("$", "it is null. Enqueue an object; an empty class will do.");
            return (types.Resolve(job.Payload.GetType(), options.Type), serializer.Write(job.Payload));
        }
        catch (PgQueueException exception)
        {
            exception.JobIndex = index;
            throw;
        }
    }
}
