namespace PgQueue.ThrowawayPostgres.Running;

/// <summary>Reads postmaster.pid, in which a server says who it is and how far it has come.</summary>
internal static class PostmasterFile
{
    private const int StatusLine = 7;

    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, "postmaster.pid");

    public static bool SaysReady(string dataDirectory)
    {
        try
        {
            return SharedFile.ReadAllText(PathIn(dataDirectory)).Split('\n') is { Length: > StatusLine } lines && lines[StatusLine].AsSpan().Trim() is "ready";
        }
        catch (IOException)
        {
            return false; // not written yet
        }
    }
}
