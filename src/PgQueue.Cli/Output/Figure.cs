using System.Globalization;

namespace PgQueue.Cli.Output;

/// <summary>Figures of a report as people read them.</summary>
internal static class Figure
{
    /// <summary>A count, with a tilde if it is an estimate.</summary>
    public static string Of(long value, EstimatedFigures estimated, EstimatedFigures which) => $"{((estimated & which) == 0 ? "" : "~")}{Words.Number(value)}";

    public static string PerSecond(JobRates rates) => rates.PerSecond.ToString(rates.PerSecond < 10 ? "0.0" : "N0", CultureInfo.InvariantCulture);

    /// <summary>How many of those that ended failed.</summary>
    public static string Share(JobRates rates) => rates.FailureRate is { } share ? string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0} %") : "";
}
