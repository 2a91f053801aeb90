namespace PgQueue.Diagnostics;

/// <summary>The names of attributes and tags, and the fixed values among theirs. Those of messaging follow OpenTelemetry's semantic conventions.</summary>
internal static class TelemetryTags
{
    public const string SourceName = "PgQueue";
    public const string System = "messaging.system";
    public const string OperationName = "messaging.operation.name";
    public const string OperationType = "messaging.operation.type";
    public const string Destination = "messaging.destination.name";
    public const string MessageId = "messaging.message.id";
    public const string MessageCount = "messaging.batch.message_count";
    public const string ErrorType = "error.type";
    public const string JobType = "pgqueue.job.type";
    public const string Attempt = "pgqueue.job.attempt";
    public const string Outcome = "pgqueue.job.outcome";
    public const string Priority = "pgqueue.queue.priority";
    public const string Schedule = "pgqueue.schedule.name";
    public const string Occurrence = "pgqueue.schedule.occurrence";
    public const string Name = "pgqueue.name";
    public const string Queue = "pgqueue.queue";
    public const string Route = "pgqueue.route";
    public const string State = "pgqueue.state";

    /// <summary>The value of <see cref="System"/>.</summary>
    public const string SystemName = "pgqueue";

    /// <summary>Stands for every name that this process has not registered: tags must not grow with the data.</summary>
    public const string Other = "_OTHER";

    public static string Of(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Succeeded => "succeeded",
        AttemptOutcome.Retried => "retried",
        AttemptOutcome.Failed => "failed",
        AttemptOutcome.Cancelled => "cancelled",
        AttemptOutcome.Released => "released",
        AttemptOutcome.Snoozed => "snoozed",
        AttemptOutcome.Deferred => "deferred",
        AttemptOutcome.Superseded => "superseded",
        AttemptOutcome.Lost => "lost",
        _ => Other,
    };

    public static string Of(EnqueueOutcome outcome) => outcome switch
    {
        EnqueueOutcome.Created => "created",
        EnqueueOutcome.Existing => "existing",
        EnqueueOutcome.Replaced => "replaced",
        _ => Other,
    };
}
