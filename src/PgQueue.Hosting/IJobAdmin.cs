namespace PgQueue;

/// <summary>What operators do: find jobs, and act on one or on many. Safe for concurrent use; registered as a singleton.</summary>
public interface IJobAdmin
{
    /// <summary>A page of jobs.</summary>
    /// <param name="filter">Which jobs; <see langword="null"/> for all.</param>
    /// <param name="after">The <see cref="JobPage.Next"/> of the page before; <see langword="null"/> for the first.</param>
    /// <param name="size">How many jobs at most. Default 50. Range 1 to 1,000.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <remarks>
    /// Ready jobs come in the order in which they are claimed within a priority, scheduled ones by due time, running ones by id, ended ones with the last first, and all or
    /// succeeded ones with the newest first. A filter by type or error reads on until the page is full: narrow it with <see cref="JobFilter.Since"/> where such
    /// jobs are rare.
    /// </remarks>
    /// <exception cref="InvalidJobFilterException">The filter, the size or the cursor is wrong; the field is named.</exception>
    Task<JobPage> FindAsync(JobFilter? filter = null, string? after = null, int size = 50, CancellationToken cancellationToken = default);

    /// <summary>Runs one job again: a finished one as a copy under a new id, linked both ways; a scheduled one now.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <remarks>Asking twice makes one copy: the second call gives the first one's.</remarks>
    Task<RetryResult> RetryAsync(Guid jobId, CancellationToken cancellationToken = default);

    /// <summary>Runs every failed, cancelled or succeeded job that fits the filter again, as copies.</summary>
    /// <param name="filter">Its <see cref="JobFilter.State"/> must be <see cref="JobState.Failed"/>, <see cref="JobState.Cancelled"/> or <see cref="JobState.Succeeded"/>.</param>
    /// <param name="perSecond">How many a second at most, above 0. Default: as fast as it goes, in batches of 500.</param>
    /// <param name="progress">Told the number so far after each batch.</param>
    /// <param name="cancellationToken">Ends the work between two batches; what is done stays.</param>
    /// <returns>How many copies were made. Jobs that were retried before are not among them.</returns>
    /// <exception cref="InvalidJobFilterException">The filter or the rate is wrong; the field is named.</exception>
    Task<long> RetryAllAsync(JobFilter filter, double? perSecond = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Cancels every unfinished job that fits the filter.</summary>
    /// <param name="filter">Its <see cref="JobFilter.State"/> must be <see cref="JobState.Ready"/>, <see cref="JobState.Scheduled"/> or <see cref="JobState.Running"/>.</param>
    /// <param name="reason">Kept with each job; at most 1,000 characters.</param>
    /// <param name="progress">Told the number so far after each batch.</param>
    /// <param name="cancellationToken">Ends the work between two batches; what is done stays.</param>
    /// <returns>How many were asked to end.</returns>
    /// <exception cref="InvalidJobFilterException">The filter is wrong; the field is named.</exception>
    Task<long> CancelAllAsync(JobFilter filter, string? reason = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Counts jobs by state, queue and type, with what ended in the last minute, hour and day, in one snapshot.</summary>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <remarks>
    /// It costs the same for a million ready jobs as for fifty thousand: tens of milliseconds at most. Where there are too many to count, figures are estimates, usually
    /// within a few percent, and <see cref="JobStats.Estimated"/> says which. Finished jobs are always exact.
    /// </remarks>
    Task<JobReport> GetReportAsync(CancellationToken cancellationToken = default);

    /// <summary>The workers, those that died and whose jobs are not rescued yet included, with the jobs they hold, oldest worker first.</summary>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    Task<IReadOnlyList<WorkerInfo>> GetWorkersAsync(CancellationToken cancellationToken = default);

    /// <summary>What ended when, for charts: points without a gap, oldest first, 200 at most.</summary>
    /// <param name="window">How far to look back. Range 1 minute to 90 days. A point is 10 seconds long up to a window of 10 minutes, 1 minute up to 2 hours, 10 minutes up to 26 hours, 1 hour up to 8 days, then a day of UTC.</param>
    /// <param name="queue">Of this queue only; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <exception cref="InvalidJobFilterException">The window is out of range or the queue is no queue name; the field is named.</exception>
    Task<IReadOnlyList<RatePoint>> GetHistoryAsync(TimeSpan window, string? queue = null, CancellationToken cancellationToken = default);
}
