namespace PgQueue.Cli;

/// <summary>What the process ends with. Scripts rely on these numbers.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The act was refused, or there was nothing to act on.</summary>
    public const int Refused = 1;

    /// <summary>The command line or the configuration is wrong. Nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>The database cannot be reached, or refuses.</summary>
    public const int Database = 3;

    /// <summary>The schema is missing, or of another version.</summary>
    public const int Schema = 4;

    /// <summary>A fault of this program.</summary>
    public const int Fault = 70;

    /// <summary>Interrupted by Ctrl-C or a signal.</summary>
    public const int Interrupted = 130;
}
