namespace PgQueue.ThrowawayPostgres;

/// <summary>How a <see cref="ThrowawayServer"/> is stopped.</summary>
public enum ThrowawayStopMode
{
    /// <summary>Open transactions are rolled back, sessions ended, and everything is written to disk.</summary>
    Fast,

    /// <summary>The server drops dead; its next start recovers from the write-ahead log.</summary>
    Immediate,
}
