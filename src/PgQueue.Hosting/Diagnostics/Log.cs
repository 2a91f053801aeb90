using Microsoft.Extensions.Logging;

namespace PgQueue.Diagnostics;

/// <summary>Every log message, with event ids in ranges a room: 1xx schema, 2xx leases, 3xx worker, 4xx client, 5xx due and upkeep, 6xx notifications, 7xx schedules. No payload in any.</summary>
internal static partial class Log
{
    [LoggerMessage(101, LogLevel.Information, "Schema {Schema} is now at version {Version}")]
    public static partial void SchemaMigrated(this ILogger logger, string schema, int version);

    [LoggerMessage(102, LogLevel.Error, "The queue's database cannot be prepared yet; trying again until it can be. {Reason}")]
    public static partial void DatabaseNotReady(this ILogger logger, Exception exception, string reason);

    [LoggerMessage(103, LogLevel.Warning, "{Warning}")]
    public static partial void OptionWarning(this ILogger logger, string warning);

    [LoggerMessage(201, LogLevel.Information, "Worker {Worker} registered for queues {Queues}")]
    public static partial void WorkerRegistered(this ILogger logger, Guid worker, string queues);

    [LoggerMessage(202, LogLevel.Error, "Worker {Worker} lost its lease ({Reason}): {Running} running jobs are cancelled, others may take them. A new worker id follows")]
    public static partial void LeaseLost(this ILogger logger, Guid worker, string reason, int running);

    [LoggerMessage(203, LogLevel.Warning, "The heartbeat of worker {Worker} failed; the lease ends in {Left}")]
    public static partial void HeartbeatFailed(this ILogger logger, Exception exception, Guid worker, TimeSpan left);

    [LoggerMessage(204, LogLevel.Information, "The heartbeat of worker {Worker} works again")]
    public static partial void HeartbeatRecovered(this ILogger logger, Guid worker);

    [LoggerMessage(205, LogLevel.Warning, "Handed back {Count} leases whose claim reply never arrived")]
    public static partial void LostClaimsReturned(this ILogger logger, int count);

    [LoggerMessage(206, LogLevel.Warning, "Rescued {Count} jobs of dead workers, {Failed} of them failed for good")]
    public static partial void JobsRescued(this ILogger logger, int count, int failed);

    [LoggerMessage(301, LogLevel.Warning, "Job {JobId} ({Type}) failed attempt {Attempt} of {MaxAttempts}: {Failure}; next attempt in {Delay}")]
    public static partial void JobRetried(this ILogger logger, Exception? exception, Guid jobId, string type, int attempt, int maxAttempts, string failure, TimeSpan delay);

    [LoggerMessage(302, LogLevel.Error, "Job {JobId} ({Type}) failed for good at attempt {Attempt} of {MaxAttempts}: {Reason}")]
    public static partial void JobFailed(this ILogger logger, Exception? exception, Guid jobId, string type, int attempt, int maxAttempts, string reason);

    [LoggerMessage(303, LogLevel.Warning, "No handler for job type {Type} in this process; its jobs are left to others and looked at again later. Registered: {Known}")]
    public static partial void TypeUnknown(this ILogger logger, string type, string known);

    [LoggerMessage(304, LogLevel.Warning, "{Count} outcomes were refused because their leases had ended; those jobs run elsewhere (first: job {JobId})")]
    public static partial void OutcomesFenced(this ILogger logger, int count, Guid jobId);

    [LoggerMessage(305, LogLevel.Error, "The pump lost the database; claims and outcomes wait and are tried again")]
    public static partial void PumpFailed(this ILogger logger, Exception exception);

    [LoggerMessage(306, LogLevel.Information, "The pump works again")]
    public static partial void PumpRecovered(this ILogger logger);

    [LoggerMessage(307, LogLevel.Information, "Stopping: {Running} jobs running, {Waiting} handed back unstarted")]
    public static partial void Stopping(this ILogger logger, int running, int waiting);

    [LoggerMessage(308, LogLevel.Warning, "Stopped with {Count} jobs that ignored their token; they are handed back and run elsewhere")]
    public static partial void StoppedBusy(this ILogger logger, int count);

    [LoggerMessage(309, LogLevel.Error, "The outcome of job {JobId} could not be stored as it is; a plain text takes the place of its error, and its result and log lines are left out")]
    public static partial void OutcomeReplaced(this ILogger logger, Exception exception, Guid jobId);

    [LoggerMessage(310, LogLevel.Error, "A retry rule or policy failed for job type {Type}; the default backoff is used")]
    public static partial void RetryRuleFailed(this ILogger logger, Exception? exception, string type);

    [LoggerMessage(311, LogLevel.Warning, "Job {JobId} ({Type}) is suspected of killing its worker {Crashes} times and now runs alone")]
    public static partial void RunsAlone(this ILogger logger, Guid jobId, string type, int crashes);

    [LoggerMessage(313, LogLevel.Warning, "Job {JobId} ({Type}) ran over its timeout of {Timeout}; its token is cancelled")]
    public static partial void JobTimedOut(this ILogger logger, Guid jobId, string type, TimeSpan timeout);

    [LoggerMessage(314, LogLevel.Warning, "Job {JobId} ({Type}) is completed by its handler's transaction; what the handler did besides has no effect: {What}")]
    public static partial void CompletedBefore(this ILogger logger, Guid jobId, string type, string what);

    [LoggerMessage(501, LogLevel.Error, "The loop {Loop} failed; it goes on in {Delay}")]
    public static partial void LoopFailed(this ILogger logger, Exception exception, string loop, TimeSpan delay);

    [LoggerMessage(502, LogLevel.Information, "The loop {Loop} works again")]
    public static partial void LoopRecovered(this ILogger logger, string loop);

    [LoggerMessage(503, LogLevel.Information, "Dropped partitions past retention: {Partitions}")]
    public static partial void PartitionsDropped(this ILogger logger, string partitions);

    [LoggerMessage(504, LogLevel.Information, "Pulled {Count} deferred jobs forward: this process has handlers for them")]
    public static partial void DeferredRecalled(this ILogger logger, long count);

    [LoggerMessage(505, LogLevel.Warning, "Records past retention have not gone for {Time}: some session keeps a transaction open that has read or written the queue's tables. Find it in pg_stat_activity by xact_start, and end it")]
    public static partial void RetentionHeldUp(this ILogger logger, TimeSpan time);

    [LoggerMessage(601, LogLevel.Warning, "Notifications do not arrive (a transaction-mode pooler?): polling every {Polling} instead. Connect directly, or set Notifications to Off")]
    public static partial void NotificationsMissing(this ILogger logger, TimeSpan polling);

    [LoggerMessage(602, LogLevel.Information, "Notifications arrive")]
    public static partial void NotificationsArrive(this ILogger logger);

    [LoggerMessage(701, LogLevel.Information, "Schedule {Schedule} is defined as {Cron} ({TimeZone}); next run {Next:O}")]
    public static partial void ScheduleDefined(this ILogger logger, string schedule, string cron, string timeZone, DateTime? next);

    [LoggerMessage(702, LogLevel.Warning, "Schedule {Schedule} was changed at run time; the definition of this process is not used until it is removed there")]
    public static partial void ScheduleTakenOver(this ILogger logger, string schedule);

    [LoggerMessage(703, LogLevel.Warning, "Schedule {Schedule} has a newer definition from another process; the one of this process waits until no process with that one is left")]
    public static partial void ScheduleIsNewer(this ILogger logger, string schedule);

    [LoggerMessage(704, LogLevel.Error, "Schedule {Schedule} cannot be read by this process and is left to others: {Reason}")]
    public static partial void ScheduleUnreadable(this ILogger logger, string schedule, string reason);

    [LoggerMessage(705, LogLevel.Warning, "Schedule {Schedule} waits: this process has no handler for its type {Type}")]
    public static partial void ScheduleHasNoHandler(this ILogger logger, string schedule, string type);

    [LoggerMessage(706, LogLevel.Warning, "Schedule {Schedule} missed occurrences since {Since:O}; by its rule, {Count} jobs were stored for them")]
    public static partial void RunsMissed(this ILogger logger, string schedule, DateTime since, int count);
}
