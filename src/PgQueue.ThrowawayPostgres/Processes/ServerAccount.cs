using PgQueue.ThrowawayPostgres.Search;

namespace PgQueue.ThrowawayPostgres.Processes;

/// <summary>The account that servers run as: root's place is taken by an ordinary user, as PostgreSQL refuses root.</summary>
internal sealed class ServerAccount
{
    private readonly string[] _wrapper;

    private ServerAccount(string name, bool isOther, string[] wrapper)
    {
        Name = name;
        IsOther = isOther;
        _wrapper = wrapper;
    }

    public string Name { get; }

    /// <summary>Whether it is another account than the one this process runs as.</summary>
    public bool IsOther { get; }

    public static ServerAccount Current()
    {
        // on Windows the tools drop an administrator's rights themselves
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
            return new ServerAccount(Environment.UserName is { Length: > 0 } name ? name : "user", isOther: false, []);

        var user = File.ReadLines("/etc/passwd").Any(static line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";
        return new ServerAccount(user, isOther: true, WrapperFor(user));
    }

    public string[] Wrap(params IEnumerable<string> commandLine) => [.. _wrapper, .. commandLine];

    private static string[] WrapperFor(string user)
    {
        if (BinaryPlaces.OnPath("setpriv") is { } setpriv && !IsBusyBox(setpriv))
            return [setpriv, $"--reuid={user}", $"--regid={GroupOf(user)}", "--clear-groups", "--"];
        if (BinaryPlaces.OnPath("runuser") is { } runuser)
            return [runuser, "-u", user, "--"];
        if ((BinaryPlaces.OnPath("su-exec") ?? BinaryPlaces.OnPath("gosu")) is { } exec)
            return [exec, user];
        if (BinaryPlaces.OnPath("sudo") is { } sudo)
            return [sudo, "-n", "-u", user, "--"];
        throw new ThrowawayPostgresException(
            $"PostgreSQL refuses to run as root, and neither setpriv, runuser, su-exec, gosu nor sudo is there to run it as '{user}'. Install util-linux.");
    }

    // BusyBox's setpriv cannot change the user
    private static bool IsBusyBox(string program) =>
        File.ResolveLinkTarget(program, returnFinalTarget: true)?.Name.StartsWith("busybox", StringComparison.Ordinal) == true;

    private static string GroupOf(string user) =>
        File.ReadLines("/etc/passwd").First(line => line.StartsWith(user + ":", StringComparison.Ordinal)).Split(':')[3];
}
