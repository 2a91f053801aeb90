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

    public async ValueTask<NewJobRow> ComposeAsync(NewJob job, TraceHeaders? trace, CancellationToken cancellationToken)
    {
        if (job is null)
            throw new InvalidJobException("jobs", "an element is null.");
        var options = job.Options ?? Defaults;
        if (!ReferenceEquals(options, Defaults))
            EnqueueOptionsValidator.Check(options);
        if (job.Payload is null)
            throw new PayloadException("$", "it is null. Enqueue an object; an empty class will do.");
        var type = types.Resolve(job.Payload.GetType(), options.Type);
        var payload = serializer.Write(job.Payload);
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

    public static int Milliseconds(TimeSpan timeout) => timeout < TimeSpan.Zero ? -1 : (int)Math.Ceiling(timeout.TotalMilliseconds);
}
