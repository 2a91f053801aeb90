using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace PgQueue.Cli.Connecting;

/// <summary>Finds out which queue is meant: an option wins over the file that an option names, that over the environment, that over <c>appsettings.json</c>.</summary>
internal static class TargetFinder
{
    public const string ConnectionVariable = "PGQUEUE_CONNECTION";
    public const string SchemaVariable = "PGQUEUE_SCHEMA";
    private const string UsualFile = "appsettings.json";
    private const string NamedKey = "ConnectionStrings:PgQueue";
    private const string OwnKey = "PgQueue:ConnectionString";
    private const string SchemaKey = "PgQueue:Schema";

    /// <exception cref="CliException">There is none, or the file cannot be read.</exception>
    public static Target Find(string? connection, string? schema, string? file)
    {
        var named = file is null ? null : Read(file);
        IConfigurationRoot? usual = null;
        var found = (connection is null ? null : new Found(connection, "--connection"))
            ?? In(named, file)
            ?? Variable(ConnectionVariable) ?? Variable("PgQueue__ConnectionString") ?? Variable("ConnectionStrings__PgQueue")
            ?? (file is null && File.Exists(UsualFile) ? In(usual = Read(UsualFile), UsualFile) : null)
            ?? throw new CliException(ExitCode.Usage, file is null
                ? $"No database is given. Use --connection \"Host=...;Database=...;Username=...\", set {ConnectionVariable}, or run it where an appsettings.json has {NamedKey}."
                : $"--config: {file} has neither {NamedKey} nor {OwnKey}.");
        if (found.Text.Length == 0)
            throw new CliException(ExitCode.Usage, $"{found.Source} is empty. Give it a connection string, such as \"Host=localhost;Database=app;Username=app\".");
        return new Target(found.Text, found.Source, schema ?? FindSchema(named, usual, file));
    }

    /// <summary>The schema alone, for what needs no database.</summary>
    public static string FindSchema(string? schema, string? file) => schema ?? FindSchema(file is null ? null : Read(file), usual: null, file);

    private static string FindSchema(IConfigurationRoot? named, IConfigurationRoot? usual, string? file)
    {
        if (named?[SchemaKey] is { } own)
            return own;
        if (Variable(SchemaVariable) is { } variable)
            return variable.Text;
        if (Variable("PgQueue__Schema") is { } option)
            return option.Text;
        usual ??= file is null && File.Exists(UsualFile) ? Read(UsualFile) : null;
        return usual?[SchemaKey] ?? Target.DefaultSchema;
    }

    private static Found? In(IConfigurationRoot? settings, string? file)
    {
        foreach (var key in (string[])[OwnKey, NamedKey])
            if (settings?[key] is { } text)
                return new Found(text, $"{key} in {file}");
        return null;
    }

    private static Found? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? new Found(text, name) : null;

    private static IConfigurationRoot Read(string file)
    {
        if (!File.Exists(file))
            throw new CliException(ExitCode.Usage, $"--config: there is no file {file}.");
        try
        {
            return new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(file)).Build();
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
        {
            var line = e.GetBaseException() is JsonException { LineNumber: { } number } ? $" (line {number + 1})" : "";
            throw new CliException(ExitCode.Usage, $"{file} cannot be read as JSON{line}.", e);
        }
    }

    private sealed record Found(string Text, string Source);
}
