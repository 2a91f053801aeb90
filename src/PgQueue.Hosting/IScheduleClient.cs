namespace PgQueue;

/// <summary>Recurring jobs at run time. A schedule is a row in the database; every worker process of the queue may fire it.</summary>
/// <remarks>
/// Names are 1-128 of <c>a-z 0-9 . _ : -</c>. A schedule that code or configuration defines can be paused, resumed and triggered here. Updating it here takes it
/// over: code then leaves it alone until it is removed here.
/// </remarks>
public interface IScheduleClient
{
    /// <summary>Adds a schedule, or changes the one of that name. A change takes effect at once: the next occurrence is computed from now.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cron">Five fields, six with seconds, a macro such as <c>@hourly</c>, or <c>@every 90s</c>.</param>
    /// <param name="payload">The payload of each of its jobs.</param>
    /// <param name="configure">Zone, policies and the options of its jobs.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <exception cref="InvalidScheduleException">The name or an option is wrong, or the expression never occurs.</exception>
    /// <exception cref="CronFormatException">The expression is wrong: field and position are named.</exception>
    /// <exception cref="PayloadException">The payload cannot be written without loss.</exception>
    Task<ScheduleInfo> AddOrUpdateAsync<TPayload>(
        string name, string cron, TPayload payload, Action<ScheduleOptions>? configure = null, CancellationToken cancellationToken = default)
        where TPayload : notnull;

    /// <summary>All schedules, by name.</summary>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    Task<IReadOnlyList<ScheduleInfo>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>One schedule; <see langword="null"/> if there is none of that name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    Task<ScheduleInfo?> GetAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Stops firing it until it is resumed. Jobs that it has fired already run.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <returns>Whether there is one of that name.</returns>
    Task<bool> PauseAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Fires it again, from the next occurrence after now. What fell into the pause does not run.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <returns>Whether there is one of that name.</returns>
    Task<bool> ResumeAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Stores one of its jobs now, beside its occurrences; also while it is paused.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <returns>
    /// The job. Where <see cref="WhenRunning"/> is not <see cref="WhenRunning.Run"/> and the last run has not finished, that run, as a duplicate.
    /// <see langword="null"/> if there is no schedule of that name.
    /// </returns>
    Task<JobReceipt?> TriggerAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Removes it. Its jobs stay.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <returns>Whether there was one of that name.</returns>
    /// <exception cref="InvalidScheduleException">A live process defines it in code or configuration and would bring it back: pause it, or remove it there.</exception>
    Task<bool> RemoveAsync(string name, CancellationToken cancellationToken = default);
}
