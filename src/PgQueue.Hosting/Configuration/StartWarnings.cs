namespace PgQueue.Configuration;

/// <summary>What is allowed but probably not meant: for the caller to log at start.</summary>
internal static class StartWarnings
{
    /// <summary>What the database work at the end of a stop may take beyond both shutdown options.</summary>
    public static readonly TimeSpan ReleaseTime = TimeSpan.FromSeconds(3);

    /// <summary>The warnings for valid options.</summary>
    /// <param name="options">The options, validated.</param>
    /// <param name="path">Where they stand in the configuration.</param>
    /// <param name="hasHandlers">Whether any handler is registered.</param>
    /// <param name="hostShutdownTimeout">The host's own limit; null if there is no host.</param>
    public static IReadOnlyList<string> Check(PgQueueOptions options, string path, bool hasHandlers, TimeSpan? hostShutdownTimeout)
    {
        var warnings = new List<string>();
        if (options.Lease.RenewEvery > options.Lease.Duration / 3)
            warnings.Add(
                $"{path}:Lease:RenewEvery ({SettingText.Show(options.Lease.RenewEvery)}) is more than a third of {path}:Lease:Duration "
                + $"({SettingText.Show(options.Lease.Duration)}): two late heartbeats in a row lose every running job of the process.");
        var stop = options.Shutdown.DrainTimeout + options.Shutdown.CancelTimeout + ReleaseTime;
        if (stop > hostShutdownTimeout)
            warnings.Add(
                $"{path}:Shutdown:DrainTimeout ({SettingText.Show(options.Shutdown.DrainTimeout)}) plus CancelTimeout "
                + $"({SettingText.Show(options.Shutdown.CancelTimeout)}) plus {SettingText.Show(ReleaseTime)} is {SettingText.Show(stop)}, more than "
                + $"HostOptions.ShutdownTimeout ({SettingText.Show(hostShutdownTimeout.Value)}): the host may stop before jobs are handed back, and "
                + "they wait for their lease to end.");
        if (!hasHandlers && options.Queues is { Count: > 0 } queues)
            warnings.Add(
                $"{path}:Queues names {string.Join(", ", queues.Keys.Order(StringComparer.Ordinal))}, but no handler is registered: this process runs no jobs.");
        if (!hasHandlers && options.Schedules is { Count: > 0 } schedules)
            warnings.Add(
                $"{path}:Schedules names {string.Join(", ", schedules.Keys.Order(StringComparer.Ordinal))}, but no handler is registered: this process defines and fires no schedules.");
        return warnings;
    }
}
