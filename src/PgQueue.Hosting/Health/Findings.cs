using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PgQueue.Health;

/// <summary>What is wrong, one sentence a problem, and the figures behind it.</summary>
internal sealed class Findings
{
    private readonly List<string> _failures = [];
    private readonly List<string> _warnings = [];
    private readonly Dictionary<string, object> _data = new(StringComparer.Ordinal);

    public bool HasFailures => _failures.Count > 0;

    /// <summary>The queue does not work here. The most urgent one is added first.</summary>
    public void Fail(string sentence) => _failures.Add(sentence);

    /// <summary>The queue works, and somebody should look.</summary>
    public void Warn(string sentence) => _warnings.Add(sentence);

    public void Note(string figure, object? value)
    {
        if (value is not null)
            _data[figure] = value;
    }

    public void NoteSeconds(string figure, TimeSpan? value) =>
        Note(figure, value is { } time ? double.Parse(time.TotalSeconds.ToString("F3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : null);

    /// <param name="failureStatus">What the check was registered to report when something fails.</param>
    /// <param name="well">What to say if nothing is wrong.</param>
    public HealthCheckResult Result(HealthStatus failureStatus, string well)
    {
        var status = HasFailures ? failureStatus : _warnings.Count > 0 ? HealthStatus.Degraded : HealthStatus.Healthy;
        var text = HasFailures || _warnings.Count > 0 ? string.Join(' ', [.. _failures, .. _warnings]) : well;
        return new HealthCheckResult(status, text, exception: null, _data);
    }
}
