namespace PgQueue.Cli.Connecting;

/// <summary>The database cannot be reached, or refuses the login.</summary>
/// <param name="cause">What the driver or the server said.</param>
internal sealed class OutageException(Exception cause) : Exception("The database cannot be reached.", cause);
