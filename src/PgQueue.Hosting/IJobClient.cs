using System.Data.Common;
using System.Runtime.CompilerServices;

namespace PgQueue;

/// <summary>Enqueues jobs, looks them up and cancels them. Safe for concurrent use; registered as a singleton.</summary>
public interface IJobClient
{
    /// <summary>Enqueues one job. It is stored durably when the returned task completes.</summary>
    /// <param name="payload">The payload; its type decides the job's type name unless <see cref="EnqueueOptions.Type"/> is set.</param>
    /// <param name="options">Queue, priority, delay, attempts, deduplication and so on; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Ends the waiting before the job is sent. Never passed into the commit.</param>
    /// <returns>The job's id and whether an existing job was found instead.</returns>
    /// <exception cref="InvalidJobException">An option is out of range, and the message names it; or the payload is a <see cref="NewJob"/> or a collection, which <c>EnqueueManyAsync</c> is for.</exception>
    /// <exception cref="PayloadException">The payload cannot be stored as JSON without change; the message names the field.</exception>
    /// <exception cref="EnqueueOutcomeUnknownException">The server may or may not have stored the job; retry with the id it carries.</exception>
    Task<JobReceipt> EnqueueAsync<TPayload>(TPayload payload, EnqueueOptions? options = null, CancellationToken cancellationToken = default)
        where TPayload : notnull;

    /// <summary>Enqueues many jobs with the same options, all or none.</summary>
    /// <param name="payloads">Any number of payloads; none stores nothing. All are held in memory until the call ends: beyond a million give a stream.</param>
    /// <param name="options">Applied to every job. <see cref="EnqueueOptions.JobId"/> must not be set.</param>
    /// <param name="cancellationToken">Ends the call before the commit; then nothing is stored.</param>
    /// <returns>One receipt a payload, in order.</returns>
    Task<IReadOnlyList<JobReceipt>> EnqueueManyAsync<TPayload>(
        IEnumerable<TPayload> payloads, EnqueueOptions? options = null, CancellationToken cancellationToken = default)
        where TPayload : notnull;

    /// <summary>Enqueues many jobs, each with options of its own, all or none.</summary>
    /// <param name="jobs">Any number of jobs, of any mixture of types; none stores nothing. All are held in memory until the call ends: beyond a million give a stream.</param>
    /// <param name="cancellationToken">Ends the call before the commit; then nothing is stored.</param>
    /// <returns>One receipt a job, in order.</returns>
    [OverloadResolutionPriority(1)] // without it a list of NewJob and no token fits the generic overload just as well
    Task<IReadOnlyList<JobReceipt>> EnqueueManyAsync(IEnumerable<NewJob> jobs, CancellationToken cancellationToken = default);

    /// <summary>Enqueues a stream of jobs as it arrives.</summary>
    /// <param name="jobs">Any number of jobs.</param>
    /// <param name="cancellationToken">Ends the call; batches that are already committed stay.</param>
    /// <returns>One receipt a job, in order.</returns>
    /// <remarks>
    /// Every 5,000 jobs are committed as one batch, because a stream may be slow and endless; inside
    /// <see cref="In"/> everything commits with the caller's transaction instead. If it fails, whatever threw, the entry <c>PgQueue.Stored</c> of the exception's
    /// <see cref="Exception.Data"/> is the number of jobs in the batches that were committed: that many of the stream's first jobs are stored.
    /// </remarks>
    Task<IReadOnlyList<JobReceipt>> EnqueueManyAsync(IAsyncEnumerable<NewJob> jobs, CancellationToken cancellationToken = default);

    /// <summary>The same client bound to the caller's transaction: its jobs exist exactly when that transaction commits.</summary>
    /// <param name="transaction">An open transaction on the queue's database: from Npgsql, Dapper's connection or EF Core's <c>GetDbTransaction()</c>.</param>
    /// <remarks>
    /// Nothing is retried inside the caller's transaction; an error leaves it to the caller to roll back. It binds the enqueues only: <see cref="CancelAsync"/>,
    /// <see cref="GetAsync"/>, <see cref="GetStatsAsync"/> and the waits use a connection of their own and do not see what the transaction has not committed.
    /// </remarks>
    IJobClient In(DbTransaction transaction);

    /// <summary>Cancels a job that has not finished: a waiting one never starts, a running one has its token cancelled.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="reason">Kept with the job; at most 1,000 characters.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>
    /// <see langword="true"/> if the job existed and had not finished. A ready job stays <see cref="JobState.Ready"/>, and this stays true, until a worker takes it up
    /// and ends it without running it.
    /// </returns>
    Task<bool> CancelAsync(Guid jobId, string? reason = null, CancellationToken cancellationToken = default);

    /// <summary>Looks one job up, with its attempts and last errors.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The job, or <see langword="null"/> if it never existed or its record has passed retention.</returns>
    Task<JobInfo?> GetAsync(Guid jobId, CancellationToken cancellationToken = default);

    /// <summary>Waits until a job has ended, however it ended.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="timeout">How long: zero to 20 days, or <see cref="Timeout.InfiniteTimeSpan"/>. Zero looks once.</param>
    /// <param name="cancellationToken">Ends the wait; the job goes on.</param>
    /// <returns><see cref="JobState.Succeeded"/>, <see cref="JobState.Failed"/>, <see cref="JobState.Cancelled"/> or <see cref="JobState.Superseded"/>.</returns>
    /// <remarks>
    /// Any number of waits of one process share a few statements. Where notifications arrive it hears of the end at once, else within 250 ms. A job in a transaction
    /// that is not committed does not exist yet: commit first, then wait.
    /// </remarks>
    /// <exception cref="JobResultException">There is no such job.</exception>
    /// <exception cref="TimeoutException">It has not ended in time. The job is not touched.</exception>
    Task<JobState> WaitForEndAsync(Guid jobId, TimeSpan timeout, CancellationToken cancellationToken = default);

    /// <summary>Waits until a job has succeeded, and gives its result.</summary>
    /// <typeparam name="TResult">What the handler gave to <see cref="JobContext.SetResult{TResult}"/>.</typeparam>
    /// <param name="jobId">The job's id.</param>
    /// <param name="timeout">As for <see cref="WaitForEndAsync"/>.</param>
    /// <param name="cancellationToken">Ends the wait; the job goes on.</param>
    /// <remarks>As <see cref="WaitForEndAsync"/>. A failed attempt that is retried does not end the wait.</remarks>
    /// <exception cref="JobResultException">It failed, was cancelled or superseded, succeeded without a result, or does not exist; the exception says which.</exception>
    /// <exception cref="PayloadException">Its result cannot be read as <typeparamref name="TResult"/>; the message names the field.</exception>
    /// <exception cref="TimeoutException">It has not ended in time. The job is not touched.</exception>
    Task<TResult> WaitForResultAsync<TResult>(Guid jobId, TimeSpan timeout, CancellationToken cancellationToken = default);

    /// <summary>Counts jobs by state. <see cref="IJobAdmin.GetReportAsync"/> has the same by queue and type.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <remarks>Exact, but for ready and scheduled jobs where there are more than 20,000: see <see cref="JobStats.Estimated"/>.</remarks>
    Task<JobStats> GetStatsAsync(CancellationToken cancellationToken = default);
}
