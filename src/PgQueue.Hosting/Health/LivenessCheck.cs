using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PgQueue.Health;

/// <summary>Whether this process is beyond help. It asks the process only: a database that is down is no reason to start processes anew.</summary>
internal sealed class LivenessCheck(ProcessWatch watch, ProcessJudge judge) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var findings = new Findings();
        judge.JudgeLife(watch.Read(), findings);
        return Task.FromResult(findings.Result(context.Registration.FailureStatus, "The threads and loops of the queue run."));
    }
}
