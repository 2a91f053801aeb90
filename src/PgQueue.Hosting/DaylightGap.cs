namespace PgQueue;

/// <summary>What a schedule does with a time that its time zone's clock jumps over, as in spring.</summary>
public enum DaylightGap
{
    /// <summary>It runs at the end of the gap, once however many of its times the gap swallowed. The default.</summary>
    RunAfter = 0,

    /// <summary>It does not run.</summary>
    Skip = 1,
}
