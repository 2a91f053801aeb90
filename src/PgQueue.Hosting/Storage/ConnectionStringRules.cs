using System.Collections.Immutable;
using System.Data.Common;
using Npgsql;
using PgQueue.Configuration;

namespace PgQueue.Storage;

/// <summary>What a connection string must fulfil. No message holds any of its text but known keywords and numbers: the rest may be a password.</summary>
internal static class ConnectionStringRules
{
    /// <summary>Two pumps, the listener and, in a pool from DI, the heartbeat keep one each; one is left for all else.</summary>
    public const int LeastPoolSize = 5;

    private const string Example = "Write it as Host=localhost;Database=app;Username=app;Password=..., and a value that contains ; or = in quotes.";

    private static readonly ImmutableArray<string> Keywords =
    [
        "Host", "Server", "Port", "Database", "Username", "User Id", "User Name", "Password", "Passfile", "Application Name", "Enlist", "Search Path", "Client Encoding",
        "Timezone", "SSL Mode", "Root Certificate", "SSL Certificate", "SSL Key", "SSL Password", "Trust Server Certificate", "Channel Binding", "Pooling",
        "Minimum Pool Size", "Maximum Pool Size", "Connection Idle Lifetime", "Connection Pruning Interval", "Connection Lifetime", "Timeout",
        "Command Timeout", "Cancellation Timeout", "Keepalive", "TCP Keepalive", "Max Auto Prepare", "No Reset On Close", "Options",
        "Target Session Attributes", "Load Balance Hosts", "Host Recheck Seconds", "Multiplexing", "Include Error Detail", "Log Parameters",
    ];

    public static IEnumerable<string> Check(string source, string text, bool runsWorkers)
    {
        if (Unreadable(text) is { } reason)
            return [$"{source} {reason} (Its text is not shown: it may hold a password.)"];
        var settings = new NpgsqlConnectionStringBuilder(text);
        var errors = Check(source, settings, runsWorkers).ToList();
        if (errors.Count == 0 && Refused(settings) is { } refusal)
            errors.Add($"{source}: {refusal}");
        return errors;
    }

    public static IEnumerable<string> Check(string source, NpgsqlConnectionStringBuilder settings, bool runsWorkers)
    {
        if (string.IsNullOrWhiteSpace(settings.Host))
            yield return $"{source} names no Host. {Example}";
        if (settings.Multiplexing)
            yield return $"{source} has Multiplexing=true. Remove it: transactions and LISTEN need a connection of their own, which multiplexing does not give.";
        if (runsWorkers && settings.Pooling && settings.MaxPoolSize < LeastPoolSize)
            yield return $"{source} has Maximum Pool Size={SettingText.Show(settings.MaxPoolSize)}. It must be at least {SettingText.Show(LeastPoolSize)}: workers use that many connections at the same time.";
        if (settings.TargetSessionAttributes is { } target && (target.Contains("standby", StringComparison.OrdinalIgnoreCase) || target.Contains("only", StringComparison.OrdinalIgnoreCase)))
            yield return $"{source} has Target Session Attributes={target}. Remove it: a queue writes, so it needs the primary.";
    }

    private static string? Unreadable(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return "is empty. Remove it, or give it a connection string.";
        if (text.Contains("://", StringComparison.Ordinal) && !text.AsSpan(0, text.IndexOf("://", StringComparison.Ordinal)).Contains('='))
            return $"is a URL, which Npgsql does not read. {Example}";
        var parts = new DbConnectionStringBuilder();
        try
        {
            parts.ConnectionString = text;
        }
        catch (ArgumentException)
        {
            return $"is no connection string. {Example}";
        }

        foreach (string keyword in parts.Keys)
            if (!CanSet(keyword, parts[keyword]))
                return new NpgsqlConnectionStringBuilder().ContainsKey(keyword)
                    ? $"has a value for {keyword} that cannot be read."
                    : $"has an unknown keyword.{(Suggestion.Nearest(keyword, Keywords) is { } near ? $" Did you mean {near}?" : "")} {Example}";
        return null;
    }

    private static bool CanSet(string keyword, object value)
    {
        try
        {
            _ = new NpgsqlConnectionStringBuilder { [keyword] = value };
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException or NotSupportedException)
        {
            return false;
        }
    }

    /// <summary>What Npgsql itself says about settings that do not go together.</summary>
    private static string? Refused(NpgsqlConnectionStringBuilder settings)
    {
        try
        {
            new NpgsqlDataSourceBuilder(settings.ConnectionString).Build().Dispose();
            return null;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException or InvalidOperationException)
        {
            var tellsPassword = settings.Password is { Length: > 0 } password && exception.Message.Contains(password, StringComparison.Ordinal);
            return tellsPassword ? "Npgsql refuses it." : exception.Message;
        }
    }
}
