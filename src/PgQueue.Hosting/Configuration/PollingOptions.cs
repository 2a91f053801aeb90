namespace PgQueue;

/// <summary>How often to look for jobs when no notification comes. Every wait is jittered by 25 %.</summary>
public sealed class PollingOptions
{
    /// <summary>The longest wait soon after work was found, and everywhere where notifications do not arrive.</summary>
    /// <value>Default 1 second. 10 ms to 1 minute, and not above <see cref="Idle"/>.</value>
    public TimeSpan Busy { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait of an idle process that is woken by notifications.</summary>
    /// <value>Default 5 seconds. 10 ms to 10 minutes.</value>
    public TimeSpan Idle { get; set; } = TimeSpan.FromSeconds(5);
}
