using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PgQueue.Health;

/// <summary>Whether the queue works in this process, and what somebody should look at: this process's facts and the database's answer.</summary>
internal sealed class PgQueueHealthCheck(ProcessWatch watch, DatabaseProbe probe, ProcessJudge processes, DatabaseJudge databases) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var facts = await probe.ReadAsync(cancellationToken).ConfigureAwait(false);
        var process = watch.Read();
        var findings = new Findings();
        DatabaseJudge.JudgeAccess(facts, findings);
        processes.Judge(process, hasDatabase: facts.Outage is null, findings);
        databases.Judge(facts, process, findings);
        return findings.Result(context.Registration.FailureStatus, $"The database answers, and the queue {Doing(process)}.");
    }

    private static string Doing(ProcessFacts process) => process.State switch
    {
        ProcessState.EnqueueOnly => "takes jobs; this process runs none",
        ProcessState.Working => "runs jobs here",
        ProcessState.Stopping => "stops",
        _ => "starts",
    };
}
