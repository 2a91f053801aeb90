namespace PgQueue;

/// <summary>Named priorities. Any integer from <see cref="Lowest"/> to <see cref="Highest"/> is valid; a higher one runs first, strictly.</summary>
public static class JobPriority
{
    /// <summary>The smallest valid priority.</summary>
    public const int Lowest = -100;

    /// <summary>Runs when nothing of <see cref="Default"/> or above waits.</summary>
    public const int Low = -10;

    /// <summary>The priority of a job that names none.</summary>
    public const int Default = 0;

    /// <summary>Runs before everything of <see cref="Default"/> or below.</summary>
    public const int High = 10;

    /// <summary>The largest valid priority.</summary>
    public const int Highest = 100;
}
