using PgQueue;
using PgQueue.Registration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds recurring jobs to a queue.</summary>
public static class PgQueueScheduleExtensions
{
    /// <summary>
    /// Adds a recurring job: one job an occurrence, whichever of the processes stores it. Defined by worker processes; a process without handlers defines nothing.
    /// </summary>
    /// <param name="builder">The queue.</param>
    /// <param name="name">The schedule's name: 1-128 of <c>a-z 0-9 . _ : -</c>. The configuration's <c>Schedules:{name}</c> goes over what is said here.</param>
    /// <param name="cron">Five fields, six with seconds, a macro such as <c>@hourly</c>, or <c>@every 90s</c>.</param>
    /// <param name="payload">The payload of each of its jobs.</param>
    /// <param name="configure">Zone, policies and the options of its jobs.</param>
    /// <remarks>Checked when the host starts. At run time see <see cref="IScheduleClient"/>.</remarks>
    public static IPgQueueBuilder AddCron<TPayload>(
        this IPgQueueBuilder builder, string name, string cron, TPayload payload, Action<ScheduleOptions>? configure = null)
        where TPayload : notnull
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(cron);
        ArgumentNullException.ThrowIfNull(payload);
        builder.Services.Configure<PgQueueRegistrations>(builder.Name, r => r.Schedules.Add(new ScheduleRegistration(name, cron, payload, configure)));
        return builder;
    }
}
