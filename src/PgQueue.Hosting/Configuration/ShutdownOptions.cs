namespace PgQueue;

/// <summary>How a process stops. The sum of both, plus 3 seconds, must fit into the host's <c>ShutdownTimeout</c> (30 seconds by default).</summary>
public sealed class ShutdownOptions
{
    /// <summary>How long running jobs may go on after the stop was asked for. Then their tokens are cancelled.</summary>
    /// <value>Default 20 seconds. Zero to 1 day.</value>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long cancelled jobs may take to return. What has not returned then is handed back, its attempt not burnt.</summary>
    /// <value>Default 3 seconds. Zero to 1 hour.</value>
    public TimeSpan CancelTimeout { get; set; } = TimeSpan.FromSeconds(3);
}
