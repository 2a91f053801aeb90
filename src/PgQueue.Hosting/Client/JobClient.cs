using System.Data.Common;
using PgQueue.Diagnostics;
using PgQueue.Storage;

namespace PgQueue.Client;

/// <summary>The client, free or bound to a caller's transaction.</summary>
internal sealed class JobClient(
    JobComposer composer, Enqueuer enqueuer, JobLookup lookup, JobWaits waits, EnqueueDelegateFactory middleware, EnqueueTelemetry telemetry, DbTransaction? transaction = null) : IJobClient
{
    /// <summary>Where <see cref="Exception.Data"/> of a stream's failure holds how many jobs its committed batches have stored.</summary>
    private const string StoredKey = "PgQueue.Stored";

    public async Task<JobReceipt> EnqueueAsync<TPayload>(TPayload payload, EnqueueOptions? options = null, CancellationToken cancellationToken = default)
        where TPayload : notnull
    {
        composer.CheckIsOne(payload);
        return (await SendAsync([new NewJob(payload, options)], cancellationToken, isOne: true).ConfigureAwait(false))[0];
    }

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
        try
        {
            var batch = new List<NewJob>();
            await foreach (var job in jobs.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                batch.Add(job);
                if (batch.Count < RowBatch.ChunkSize)
                    continue;
                receipts.AddRange(await SendAsync([.. batch], cancellationToken, before: receipts.Count).ConfigureAwait(false));
                batch.Clear();
            }

            if (batch.Count > 0)
                receipts.AddRange(await SendAsync([.. batch], cancellationToken, before: receipts.Count).ConfigureAwait(false));
            return receipts;
        }
        catch (Exception exception) when (transaction is null)
        {
            // of any class: the caller's own source may have thrown it
            exception.Data[StoredKey] = receipts.Count;
            throw;
        }
    }

    public IJobClient In(DbTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return new JobClient(composer, enqueuer, lookup, waits, middleware, telemetry, transaction);
    }

    public Task<bool> CancelAsync(Guid jobId, string? reason = null, CancellationToken cancellationToken = default) =>
        lookup.CancelAsync(jobId, reason, cancellationToken);

    public Task<JobInfo?> GetAsync(Guid jobId, CancellationToken cancellationToken = default) => lookup.GetAsync(jobId, cancellationToken);

    public Task<JobState> WaitForEndAsync(Guid jobId, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        waits.ForEndAsync(jobId, timeout, cancellationToken);

    public Task<TResult> WaitForResultAsync<TResult>(Guid jobId, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        waits.ForResultAsync<TResult>(jobId, timeout, cancellationToken);

    public Task<JobStats> GetStatsAsync(CancellationToken cancellationToken = default) => lookup.GetStatsAsync(cancellationToken);

    /// <param name="jobs">The jobs of the call, or of one batch of a stream.</param>
    /// <param name="cancellationToken">Ends the call before the commit.</param>
    /// <param name="isOne">It is no call with many jobs, so an error needs no index.</param>
    /// <param name="before">How many jobs of the stream came before these.</param>
    private async Task<IReadOnlyList<JobReceipt>> SendAsync(NewJob[] jobs, CancellationToken cancellationToken, bool isOne = false, int before = 0)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int? first = isOne ? null : before;
        if (middleware.IsEmpty)
            return await WriteAsync(jobs, first, cancellationToken).ConfigureAwait(false);
        var context = new EnqueueContext(jobs);
        var isWritten = 0;
        await middleware.Around(async (rest, token) => rest.Receipts = Interlocked.Exchange(ref isWritten, 1) == 0
            ? await WriteAsync(rest.Jobs, first, token).ConfigureAwait(false)
            : throw new InvalidOperationException("An enqueue middleware called next twice. Call it once."))(context, cancellationToken).ConfigureAwait(false);
        if (context.Receipts.Count != jobs.Length)
            throw new PgQueueException("An enqueue middleware returned without calling next, or hid its exception, so nothing was stored. To refuse jobs, throw.");
        return context.Receipts;
    }

    private Task<JobReceipt[]> WriteAsync(IList<NewJob> jobs, int? first, CancellationToken cancellationToken) =>
        telemetry.IsOn && jobs.Count > 0 ? WriteSeenAsync(jobs, first, cancellationToken) : StoreAsync(Batch(jobs, first, trace: null), jobs, cancellationToken);

    /// <summary>The same under a span, and counted.</summary>
    private async Task<JobReceipt[]> WriteSeenAsync(IList<NewJob> jobs, int? first, CancellationToken cancellationToken)
    {
        using var call = telemetry.Begin(jobs);
        var batch = Batch(jobs, first, call.Trace);
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

    private RowBatch Batch(IList<NewJob> jobs, int? first, TraceHeaders? trace) => new(jobs.Count, (i, token) => composer.ComposeAsync(jobs[i], first + i, trace, token));

    private Task<JobReceipt[]> StoreAsync(RowBatch batch, IList<NewJob> jobs, CancellationToken cancellationToken) =>
        enqueuer.EnqueueAsync(batch, jobs.All(j => j?.Options?.JobId is null), transaction, cancellationToken);
}
