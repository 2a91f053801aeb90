namespace PgQueue;

/// <summary>Whether workers are woken through LISTEN and NOTIFY.</summary>
public enum NotificationMode
{
    /// <summary>Uses notifications, checks that they arrive, and falls back to polling where they do not. The default.</summary>
    Auto,

    /// <summary>Only polls: no LISTEN connection.</summary>
    Off,
}
