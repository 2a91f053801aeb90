using PgQueue.ThrowawayPostgres.Processes;

namespace PgQueue.ThrowawayPostgres.Running;

/// <summary>A directory that is its owner's as long as the owner holds the lock file in it; the system frees the lock of a dead owner.</summary>
internal sealed class OwnedDirectory : IDisposable
{
    private const string LockName = "owner.lock";
    private const int CreateTries = 5;
    private readonly FileStream _lock;

    private OwnedDirectory(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }

    public static OwnedDirectory Create(ServerAccount account)
    {
        for (var tries = 1; ; tries++)
        {
            var path = Workplace.Make(System.IO.Path.Combine(Workplace.Servers(account), Guid.NewGuid().ToString("N")), account);
            try
            {
                return new OwnedDirectory(path, Lock(path, FileMode.CreateNew));
            }
            catch (IOException) when (tries < CreateTries)
            {
                // a sweep saw the file before it was locked, and removes the directory as an orphan's
            }
        }
    }

    /// <summary>Takes over the directories whose owner is gone.</summary>
    public static IEnumerable<OwnedDirectory> TakeOrphans(string parent)
    {
        foreach (var path in Directory.EnumerateDirectories(parent))
        {
            if (TryTake(path) is { } taken)
                yield return taken;
        }
    }

    /// <summary>Whether this system's locks hold, without which no directory can be told to be an orphan.</summary>
    public bool LockHolds()
    {
        using var second = TryTake(Path);
        return second is null;
    }

    public void Dispose() => _lock.Dispose();

    private static OwnedDirectory? TryTake(string path)
    {
        try
        {
            return new OwnedDirectory(path, Lock(path, FileMode.Open));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // owned, just being made, or just being removed
        }
    }

    private static FileStream Lock(string path, FileMode mode) =>
        new(System.IO.Path.Combine(path, LockName), mode, FileAccess.ReadWrite, FileShare.None);
}
