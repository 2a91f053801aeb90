using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PgQueue.Health;

/// <summary>What a check says whose queue nobody added.</summary>
internal sealed class UnknownQueueCheck(string queue) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(new HealthCheckResult(
        context.Registration.FailureStatus,
        queue.Length == 0 ? "There is no queue to check: call services.AddPgQueue()." : $"There is no queue '{queue}' to check: call services.AddPgQueue(\"{queue}\"), or name another queue."));
}
