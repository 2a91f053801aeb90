namespace PgQueue.ThrowawayPostgres.Running;

/// <summary>Reads files that another process is writing.</summary>
internal static class SharedFile
{
    private const int TailLines = 40;

    public static string ReadAllText(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    public static string ReadLog(string path) => File.Exists(path) ? ReadAllText(path) : "";

    /// <summary>The end of a log, in words fit for the end of an error message.</summary>
    public static string Tail(string path)
    {
        var lines = ReadLog(path).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == 0
            ? $"{Environment.NewLine}The log {path} is empty."
            : $"{Environment.NewLine}The end of the log {path}:{Environment.NewLine}{string.Join(Environment.NewLine, lines.TakeLast(TailLines))}";
    }
}
