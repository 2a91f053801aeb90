namespace PgQueue;

/// <summary>What a schedule does with a time that its time zone's clock shows twice, as in autumn.</summary>
public enum DaylightOverlap
{
    /// <summary>
    /// <see cref="Both"/> for an interval, that is an expression with <c>*</c>, a range or a step in its second, minute or hour field;
    /// <see cref="First"/> for fixed times. The default.
    /// </summary>
    Auto = 0,

    /// <summary>It runs the first time only.</summary>
    First = 1,

    /// <summary>It runs the second time only.</summary>
    Last = 2,

    /// <summary>It runs both times.</summary>
    Both = 3,
}
