namespace PgQueue.ThrowawayPostgres.Running;

/// <summary>The settings that a throwaway server runs with.</summary>
internal static class ServerSettings
{
    public static SortedDictionary<string, string> For(ThrowawayServerOptions options)
    {
        var settings = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["listen_addresses"] = ServerDefaults.Host,
            ["unix_socket_directories"] = "",
            ["max_connections"] = "200",
            ["shared_buffers"] = "128MB",
            ["autovacuum"] = "on",
            ["jit"] = "off",
            ["timezone"] = "UTC",
            ["log_timezone"] = "UTC",
            ["log_line_prefix"] = "%m [%p] %u@%d %a ",
            ["synchronous_commit"] = "on", // else a commit could be lost in an immediate stop, even if only in memory
            ["fsync"] = options.Durable ? "on" : "off",
            ["full_page_writes"] = options.Durable ? "on" : "off",
        };
        if (!options.Durable)
        {
            settings["wal_level"] = "minimal";
            settings["max_wal_senders"] = "0";
        }

        foreach (var (name, value) in options.Settings)
            settings[name] = value;
        return settings;
    }

    public static string ToConfigurationText(IEnumerable<KeyValuePair<string, string>> settings) =>
        string.Concat(settings.Select(static setting => $"{setting.Key} = '{setting.Value.Replace("'", "''", StringComparison.Ordinal)}'\n"));
}
