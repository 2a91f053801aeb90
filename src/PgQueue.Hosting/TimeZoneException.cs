namespace PgQueue;

/// <summary>A time zone is not known on this machine.</summary>
/// <param name="zone">The id that is not known.</param>
/// <param name="message">What is wrong and what to do, with a suggestion if a known id is close.</param>
public sealed class TimeZoneException(string zone, string message) : PgQueueException(message)
{
    /// <summary>The id that is not known.</summary>
    public string Zone { get; } = zone;
}
