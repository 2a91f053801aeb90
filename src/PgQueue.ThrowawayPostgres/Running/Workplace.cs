using PgQueue.ThrowawayPostgres.Processes;

namespace PgQueue.ThrowawayPostgres.Running;

/// <summary>The folder under the temp directory in which servers and templates live, one for each user of the machine.</summary>
internal static class Workplace
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // the other account has to pass through, to its own directories below
    private const UnixFileMode Passable = Private | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public static string Servers(ServerAccount account) => Make(Path.Combine(Root(account), "servers"), account);

    public static string Templates(ServerAccount account) => Make(Path.Combine(Root(account), "templates"), account);

    public static string Make(string path, ServerAccount account)
    {
        Directory.CreateDirectory(path);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, account.IsOther ? Passable : Private); // throws if somebody else made it
        return path;
    }

    /// <summary>Makes a directory that the server's account can write to.</summary>
    public static async Task<string> MakeWritableAsync(string path, ServerAccount account, CancellationToken cancellationToken)
    {
        Make(path, account);
        if (account.IsOther)
            await Command.EnsureAsync(["chown", account.Name, path], "/", ServerDefaults.CommandLimit, cancellationToken).ConfigureAwait(false);
        return path;
    }

    private static string Root(ServerAccount account)
    {
        var owner = account.IsOther ? "root" : account.Name;
        var name = string.Concat(owner.Select(static letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));
        return Make(Path.Combine(Path.GetTempPath(), $"pgqueue-postgres-{name}"), account);
    }
}
