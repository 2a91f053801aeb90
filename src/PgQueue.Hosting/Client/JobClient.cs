using System.Data.Common;
using PgQueue.Diagnostics;
using PgQueue.Storage;

namespace PgQueue.Client;

/// <summary>The client, free or bound to a caller's transaction.</summary>
internal sealed class JobClient(
    JobComposer composer, Enqueuer enqueuer, JobLookup lookup, EnqueueDelegateFactory middleware, EnqueueTelemetry telemetry, DbTransaction? transaction = null) : IJobClient
{
    public async Task<JobReceipt> EnqueueAsync<TPayload>(TPayload payload, EnqueueOptions? options = null, CancellationToken cancellationToken = default)
        where TPayload : notnull =>
        (await SendAsync([new NewJob(payload, options)], cancellationToken).ConfigureAwait(false))[0];

    public Task<IReadOnlyList<JobReceipt>> EnqueueManyAsync<TPayload>(
        IEnumerable<TPayload> payloads, EnqueueOptions? options = null, CancellationToken cancellationToken = default)
        where TPayload : notnull
    {
        ArgumentNullException.ThrowIfNull(payloads);
        if (options?.JobId is not null)
            throw new InvalidJobException(nameof(EnqueueOptions.JobId), "one id cannot be given to many jobs. Use NewJob, with options of its own for each.");
        return SendAsync([.. payloads.Select(p => new NewJob(p, options))], cancellationToken);
    }

    public Task<IReadOnlyList<JobReceipt>> EnqueueManyAsync(IEnumerable<NewJob> jobs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        return SendAsync([.. jobs], cancellationToken);
    }

    public async Task<IReadOnlyList<JobReceipt>> EnqueueManyAsync(IAsyncEnumerable<NewJob> jobs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        var receipts = new List<JobReceipt>();
        var batch = new List<NewJob>();
        await foreach (var job in jobs.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            batch.Add(job);
            if (batch.Count < RowBatch.ChunkSize)
                continue;
            receipts.AddRange(await SendAsync([.. batch], cancellationToken).ConfigureAwait(false));
            batch.Clear();
        }

        if (batch.Count > 0)
            receipts.AddRange(await SendAsync([.. batch], cancellationToken).ConfigureAwait(false));
        return receipts;
    }

    public IJobClient In(DbTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return new JobClient(composer, enqueuer, lookup, middleware, telemetry, transaction);
    }

    public Task<bool> CancelAsync(Guid jobId, string? reason = null, CancellationToken cancellationToken = default) =>
        lookup.CancelAsync(jobId, reason, cancellationToken);

    public Task<JobInfo?> GetAsync(Guid jobId, CancellationToken cancellationToken = default) => lookup.GetAsync(jobId, cancellationToken);

    public Task<JobStats> GetStatsAsync(CancellationToken cancellationToken = default) => lookup.GetStatsAsync(cancellationToken);

    private async Task<IReadOnlyList<JobReceipt>> SendAsync(NewJob[] jobs, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (middleware.IsEmpty)
            return await WriteAsync(jobs, cancellationToken).ConfigureAwait(false);
        var context = new EnqueueContext(jobs);
        await middleware.Around(WriteAsync)(context, cancellationToken).ConfigureAwait(false);
        if (context.Receipts.Count != jobs.Length)
            throw new PgQueueException("An enqueue middleware returned without calling next, so nothing was stored. To refuse jobs, throw.");
        return context.Receipts;
    }

    private async Task WriteAsync(EnqueueContext context, CancellationToken cancellationToken) =>
        context.Receipts = await WriteAsync(context.Jobs, cancellationToken).ConfigureAwait(false);

    private Task<JobReceipt[]> WriteAsync(IList<NewJob> jobs, CancellationToken cancellationToken) =>
        telemetry.IsOn && jobs.Count > 0 ? WriteSeenAsync(jobs, cancellationToken) : StoreAsync(Batch(jobs, trace: null), jobs, cancellationToken);

    /// <summary>The same under a span, and counted.</summary>
    private async Task<JobReceipt[]> WriteSeenAsync(IList<NewJob> jobs, CancellationToken cancellationToken)
    {
        using var call = telemetry.Begin(jobs);
        var batch = Batch(jobs, call.Trace);
        try
        {
            var receipts = await StoreAsync(batch, jobs, cancellationToken).ConfigureAwait(false);
            call.Stored(batch.Made, receipts);
            return receipts;
        }
        catch (Exception e)
        {
            call.Failed(batch.Made, e);
            throw;
        }
    }

    private RowBatch Batch(IList<NewJob> jobs, TraceHeaders? trace) => new(jobs.Count, (i, token) => composer.ComposeAsync(jobs[i], trace, token));

    private Task<JobReceipt[]> StoreAsync(RowBatch batch, IList<NewJob> jobs, CancellationToken cancellationToken) =>
        enqueuer.EnqueueAsync(batch, jobs.All(j => j?.Options?.JobId is null), transaction, cancellationToken);
}
