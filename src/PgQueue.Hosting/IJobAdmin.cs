namespace PgQueue;

/// <summary>
/// What operators do: find jobs, act on one or on many, pause queues and types, and see who did what. Safe for concurrent use; registered as a singleton.
/// </summary>
/// <remarks>
/// Every act leaves one line in the record, in the transaction of the act; one that changed nothing leaves its line with a count of 0. Repeating an act is harmless. Acts on
/// many go in batches of 500, each a short transaction that skips what others hold, and leave alone the jobs that come in meanwhile.
/// </remarks>
public interface IJobAdmin
{
    /// <summary>The same admin, whose acts are recorded under that name.</summary>
    /// <param name="actor">Who acts: 1 to 200 characters. Default, without this: user, machine and application of the process.</param>
    /// <exception cref="InvalidJobFilterException">The name is wrong.</exception>
    IJobAdmin As(string actor);

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

    /// <summary>How many jobs fit a filter: what an act on all of them would find.</summary>
    /// <param name="filter">Which jobs; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <returns>The number, exact up to 10,000.</returns>
    /// <exception cref="InvalidJobFilterException">The filter is wrong; the field is named.</exception>
    Task<JobCount> CountAsync(JobFilter? filter = null, CancellationToken cancellationToken = default);

    /// <summary>Runs one job again: a finished one as a copy under a new id, linked both ways; a scheduled one now.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <remarks>Asking twice makes one copy: the second call gives the first one's.</remarks>
    Task<RetryResult> RetryAsync(Guid jobId, CancellationToken cancellationToken = default);

    /// <summary>Runs every failed, cancelled or succeeded job that fits the filter again, as copies.</summary>
    /// <param name="filter">Its <see cref="JobFilter.State"/> must be <see cref="JobState.Failed"/>, <see cref="JobState.Cancelled"/> or <see cref="JobState.Succeeded"/>.</param>
    /// <param name="perSecond">How many a second at most, 0.0001 or more. Default: as fast as it goes, in batches of 500.</param>
    /// <param name="progress">Told the number so far after each batch.</param>
    /// <param name="cancellationToken">Ends the work between two batches; what is done stays.</param>
    /// <returns>How many copies were made. Jobs that were retried before are not among them.</returns>
    /// <exception cref="InvalidJobFilterException">The filter or the rate is wrong; the field is named.</exception>
    Task<long> RetryAllAsync(JobFilter filter, double? perSecond = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Cancels one job, wherever it is: a waiting one ends now, a running one has its token cancelled and ends when its handler does.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="reason">Kept with the job and in the record: 1 to 1,000 characters.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <exception cref="InvalidJobFilterException">The reason is wrong.</exception>
    Task<ActResult> CancelAsync(Guid jobId, string? reason = null, CancellationToken cancellationToken = default);

    /// <summary>Cancels every unfinished job that fits the filter.</summary>
    /// <param name="filter">Its <see cref="JobFilter.State"/> must be <see cref="JobState.Ready"/>, <see cref="JobState.Scheduled"/> or <see cref="JobState.Running"/>.</param>
    /// <param name="reason">Kept with each job and in the record: 1 to 1,000 characters.</param>
    /// <param name="progress">Told the number so far after each batch.</param>
    /// <param name="cancellationToken">Ends the work between two batches; what is done stays.</param>
    /// <returns>How many ended or were asked to end.</returns>
    /// <exception cref="InvalidJobFilterException">The filter or the reason is wrong; the field is named.</exception>
    Task<long> CancelAllAsync(JobFilter filter, string? reason = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>As <see cref="CancelAsync"/>, but the job ends as <see cref="JobState.Failed"/>, without more attempts: it is found, counted and retried as a failure.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="reason">Kept with the job and in the record: 1 to 1,000 characters.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <exception cref="InvalidJobFilterException">The reason is wrong.</exception>
    Task<ActResult> DiscardAsync(Guid jobId, string? reason = null, CancellationToken cancellationToken = default);

    /// <summary>As <see cref="CancelAllAsync"/>, but the jobs end as <see cref="JobState.Failed"/>.</summary>
    /// <param name="filter">Its <see cref="JobFilter.State"/> must be <see cref="JobState.Ready"/>, <see cref="JobState.Scheduled"/> or <see cref="JobState.Running"/>.</param>
    /// <param name="reason">Kept with each job and in the record: 1 to 1,000 characters.</param>
    /// <param name="progress">Told the number so far after each batch.</param>
    /// <param name="cancellationToken">Ends the work between two batches; what is done stays.</param>
    /// <returns>How many ended or were asked to end.</returns>
    /// <exception cref="InvalidJobFilterException">The filter or the reason is wrong; the field is named.</exception>
    Task<long> DiscardAllAsync(JobFilter filter, string? reason = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Lets a ready or scheduled job run at that time. A running or finished one is not touched.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="runAt">When, by the database's clock: years 2000 to 9000. A past time means now.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <exception cref="InvalidJobFilterException">The time is out of range.</exception>
    Task<ActResult> RescheduleAsync(Guid jobId, DateTimeOffset runAt, CancellationToken cancellationToken = default);

    /// <summary>Lets every ready or scheduled job that fits the filter run at that time.</summary>
    /// <param name="filter">Its <see cref="JobFilter.State"/> must be <see cref="JobState.Ready"/> or <see cref="JobState.Scheduled"/>.</param>
    /// <param name="runAt">When, by the database's clock: years 2000 to 9000. A past time means now.</param>
    /// <param name="progress">Told the number so far after each batch.</param>
    /// <param name="cancellationToken">Ends the work between two batches; what is done stays.</param>
    /// <returns>How many have another time now.</returns>
    /// <exception cref="InvalidJobFilterException">The filter or the time is wrong; the field is named.</exception>
    Task<long> RescheduleAllAsync(JobFilter filter, DateTimeOffset runAt, IProgress<long>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Gives a ready or scheduled job another priority in its queue; it goes behind those that have it already. Retries keep it.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="priority">-100 to 100; see <see cref="JobPriority"/>.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <exception cref="InvalidJobFilterException">The priority is out of range.</exception>
    Task<ActResult> SetPriorityAsync(Guid jobId, int priority, CancellationToken cancellationToken = default);

    /// <summary>Gives every ready or scheduled job that fits the filter another priority in its queue.</summary>
    /// <param name="filter">Its <see cref="JobFilter.State"/> must be <see cref="JobState.Ready"/> or <see cref="JobState.Scheduled"/>.</param>
    /// <param name="priority">-100 to 100; see <see cref="JobPriority"/>.</param>
    /// <param name="progress">Told the number so far after each batch.</param>
    /// <param name="cancellationToken">Ends the work between two batches; what is done stays.</param>
    /// <returns>How many have another priority now.</returns>
    /// <exception cref="InvalidJobFilterException">The filter or the priority is wrong; the field is named.</exception>
    Task<long> SetPriorityAllAsync(JobFilter filter, int priority, IProgress<long>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Stops starting jobs of a queue, in all processes and until it is resumed. Running jobs go on; enqueueing works as ever.</summary>
    /// <param name="queue">The queue, known or not: 1-64 of <c>a-z 0-9 . _ : -</c>.</param>
    /// <param name="reason">Kept with the pause and in the record: 1 to 1,000 characters.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <returns>Whether it changed; <see langword="false"/> if it was paused already, whose reason then stays.</returns>
    /// <remarks>No claim that begins after this call returns gives out a job of the queue. What workers hold and have not started they hand back within a second, at no cost to its attempts.</remarks>
    /// <exception cref="InvalidJobFilterException">The name or the reason is wrong; the field is named.</exception>
    Task<bool> PauseQueueAsync(string queue, string? reason = null, CancellationToken cancellationToken = default);

    /// <summary>Starts jobs of a paused queue again, at once.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <returns>Whether it changed; <see langword="false"/> if it was not paused.</returns>
    /// <exception cref="InvalidJobFilterException">The name is wrong.</exception>
    Task<bool> ResumeQueueAsync(string queue, CancellationToken cancellationToken = default);

    /// <summary>Stops starting jobs of a type, in all queues and processes and until it is resumed. Running jobs go on.</summary>
    /// <param name="type">The type name, or a prefix of type names with a <c>*</c> at its end.</param>
    /// <param name="reason">Kept with the pause and in the record: 1 to 1,000 characters.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <returns>Whether it changed; <see langword="false"/> if it was paused already, whose reason then stays.</returns>
    /// <remarks>As their turn comes its jobs are put aside: they are <see cref="JobState.Scheduled"/>, with a deferred attempt that says why and that is not counted.</remarks>
    /// <exception cref="InvalidJobFilterException">The name or the reason is wrong; the field is named.</exception>
    Task<bool> PauseTypeAsync(string type, string? reason = null, CancellationToken cancellationToken = default);

    /// <summary>Starts jobs of a paused type again. Those that were put aside become ready, at the end of their queues.</summary>
    /// <param name="type">The type or prefix, as it was paused.</param>
    /// <param name="cancellationToken">Ends the work between two batches; workers see to the rest within minutes.</param>
    /// <returns>Whether it changed; <see langword="false"/> if it was not paused.</returns>
    /// <exception cref="InvalidJobFilterException">The name is wrong.</exception>
    Task<bool> ResumeTypeAsync(string type, CancellationToken cancellationToken = default);

    /// <summary>What is paused: queues first, by name.</summary>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    Task<IReadOnlyList<PauseInfo>> GetPausesAsync(CancellationToken cancellationToken = default);

    /// <summary>A page of the record of acts, the newest first. Kept for 90 days.</summary>
    /// <param name="after">The <see cref="AuditPage.Next"/> of the page before; <see langword="null"/> for the first.</param>
    /// <param name="size">How many lines at most. Default 50. Range 1 to 1,000.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <exception cref="InvalidJobFilterException">The size or the cursor is wrong.</exception>
    Task<AuditPage> GetAuditAsync(string? after = null, int size = 50, CancellationToken cancellationToken = default);

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
