using Microsoft.Extensions.Diagnostics.HealthChecks;
using PgQueue;
using PgQueue.Health;
using PgQueue.Registration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds health checks of a queue.</summary>
public static class PgQueueHealthExtensions
{
    /// <summary>
    /// Adds the check of a queue, for readiness and for whoever is on call. Degraded means that jobs run and somebody should look, unhealthy that the
    /// queue does not work here. Each problem is one sentence of the description, the most urgent first; the figures are in the data.
    /// </summary>
    /// <param name="builder">The application's health checks.</param>
    /// <param name="name">The check's name. Default: <c>pgqueue</c>, for a named queue <c>pgqueue-{queue}</c>.</param>
    /// <param name="queue">The queue's name, as given to <c>AddPgQueue</c>; empty for the unnamed one.</param>
    /// <param name="failureStatus">What to report where the queue does not work. Default: unhealthy.</param>
    /// <param name="tags">Tags to filter endpoints by, for example <c>ready</c>.</param>
    /// <param name="configure">Thresholds, over those of section <c>PgQueue:Health</c>; checked when the host starts.</param>
    /// <remarks>Not for liveness probes: while the database is down, restarts help nobody. See <see cref="AddPgQueueLiveness"/>.</remarks>
    public static IHealthChecksBuilder AddPgQueue(
        this IHealthChecksBuilder builder, string? name = null, string queue = "", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null,
        Action<PgQueueHealthOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(queue);
        if (configure is not null)
            builder.Services.Configure<PgQueueOptions>(queue, o => configure(o.Health));
        return builder.Add(new HealthCheckRegistration(
            name ?? NameOf("pgqueue", queue), provider => provider.GetKeyedService<QueueServices>(queue)?.HealthCheck ?? new UnknownQueueCheck(queue), failureStatus, tags));
    }

    /// <summary>
    /// Adds the check that a liveness probe may ask: it fails only if a thread or loop of the queue in this process does not wake any more, and never
    /// because of the database.
    /// </summary>
    /// <param name="builder">The application's health checks.</param>
    /// <param name="name">The check's name. Default: <c>pgqueue-live</c>, for a named queue <c>pgqueue-live-{queue}</c>.</param>
    /// <param name="queue">The queue's name, as given to <c>AddPgQueue</c>; empty for the unnamed one.</param>
    /// <param name="failureStatus">What to report where a new process is needed. Default: unhealthy.</param>
    /// <param name="tags">Tags to filter endpoints by, for example <c>live</c>.</param>
    public static IHealthChecksBuilder AddPgQueueLiveness(
        this IHealthChecksBuilder builder, string? name = null, string queue = "", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(queue);
        return builder.Add(new HealthCheckRegistration(
            name ?? NameOf("pgqueue-live", queue), provider => provider.GetKeyedService<QueueServices>(queue)?.Liveness ?? new UnknownQueueCheck(queue), failureStatus, tags));
    }

    private static string NameOf(string check, string queue) => queue.Length == 0 ? check : $"{check}-{queue}";
}
