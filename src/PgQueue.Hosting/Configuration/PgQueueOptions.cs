namespace PgQueue;

/// <summary>Everything that can be set, from section <c>PgQueue</c> of the configuration or in code. Code wins over configuration.</summary>
public sealed class PgQueueOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string SectionName = "PgQueue";

    /// <summary>The queue's database.</summary>
    /// <value>
    /// Default: the <c>NpgsqlDataSource</c> registered in DI if there is one, else <c>ConnectionStrings:PgQueue</c> (for a named queue
    /// <c>ConnectionStrings:{name}</c>). If set, it wins over both.
    /// </value>
    public string? ConnectionString { get; set; }

    /// <summary>The database schema that holds the queue's tables.</summary>
    /// <value>Default <c>pgqueue</c>. Lower-case letters, digits and underscores, at most 48, starting with a letter or underscore, not <c>pg_</c>.</value>
    public string Schema { get; set; } = "pgqueue";

    /// <summary>What to do about the database schema at start.</summary>
    /// <value>Default <see cref="MigrateMode.Auto"/>.</value>
    public MigrateMode Migrate { get; set; } = MigrateMode.Auto;

    /// <summary>The queues this process works on.</summary>
    /// <value>Default <see langword="null"/>: the queue <c>default</c> if any handler is registered. Empty: none, this process only enqueues.</value>
    public IDictionary<string, QueueOptions>? Queues { get; set; }

    /// <summary>Recurring jobs by name, beside those of <c>AddCron</c>.</summary>
    /// <value>Default <see langword="null"/>: none. Names are 1-128 of <c>a-z 0-9 . _ : -</c>; in configuration <c>:</c> parts keys, so use <c>.</c> there.</value>
    public IDictionary<string, ScheduleOptions>? Schedules { get; set; }

    /// <summary>How long one attempt of a job may run, where neither job, handler nor queue says.</summary>
    /// <value>Default 30 minutes. 10 ms to 20 days; <c>Infinite</c> (-1 ms) for none.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>When failed jobs are tried again, where the handler does not say.</summary>
    public RetryOptions Retry { get; set; } = new();

    /// <summary>How processes prove that they live.</summary>
    public LeaseOptions Lease { get; set; } = new();

    /// <summary>How a process stops.</summary>
    public ShutdownOptions Shutdown { get; set; } = new();

    /// <summary>How often to look for jobs when no notification comes.</summary>
    public PollingOptions Polling { get; set; } = new();

    /// <summary>Whether workers are woken through LISTEN and NOTIFY.</summary>
    /// <value>Default <see cref="NotificationMode.Auto"/>.</value>
    public NotificationMode Notifications { get; set; } = NotificationMode.Auto;

    /// <summary>Whether the exception of a failed attempt is logged with events 301 and 302, its message and stack trace included.</summary>
    /// <value>Default <see langword="false"/>: only its class is logged, because a message may hold personal data. The attempt keeps all of it either way.</value>
    public bool LogExceptions { get; set; }

    /// <summary>The least level of the lines that a handler logs which are kept with its attempt, where neither handler nor queue says; see <see cref="JobAttempt.Log"/>.</summary>
    /// <value>Default <see cref="JobLogLevel.None"/>: nothing is captured, and nothing is registered with the application's logging.</value>
    /// <remarks>Lines that the application's own logging filters keep out are not seen. A process that is killed takes the lines of its open attempts along.</remarks>
    public JobLogLevel CaptureLogs { get; set; } = JobLogLevel.None;

    /// <summary>How payloads are written and read.</summary>
    public PayloadOptions Payload { get; set; } = new();

    /// <summary>How long records of finished jobs are kept.</summary>
    public RetentionOptions Retention { get; set; } = new();

    /// <summary>What the health check looks at, where one was added with <c>AddHealthChecks().AddPgQueue()</c>.</summary>
    public PgQueueHealthOptions Health { get; set; } = new();
}
