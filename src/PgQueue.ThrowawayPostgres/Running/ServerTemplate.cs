using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PgQueue.ThrowawayPostgres.Processes;

namespace PgQueue.ThrowawayPostgres.Running;

/// <summary>A data directory made once by initdb, of which each server gets a copy: a tenth of a second instead of most of one.</summary>
/// <remarks>Settings are no part of it: they are added to the copy. It is made anew each day, since cleaners of the temp
/// directory take away old files one by one and would leave a template with holes.</remarks>
internal static class ServerTemplate
{
    public static async Task CopyToAsync(string data, PostgresBinaries binaries, ServerAccount account, CancellationToken cancellationToken)
    {
        var template = Path.Combine(Workplace.Templates(account), Key(binaries, account));
        if (!Directory.Exists(template))
            await BuildAsync(template, binaries, account, cancellationToken).ConfigureAwait(false);

        var source = DirectoryRemover.DataIn(template);
        if (OperatingSystem.IsWindows())
            Copy(source, data);
        else // keeps owner and permissions, and shares blocks where the file system can
            await Command.EnsureAsync(["cp", "-a", source, data], "/", ServerDefaults.InitLimit, cancellationToken).ConfigureAwait(false);
    }

    private static async Task BuildAsync(string template, PostgresBinaries binaries, ServerAccount account, CancellationToken cancellationToken)
    {
        var building = await Workplace.MakeWritableAsync($"{template}.{Guid.NewGuid():N}", account, cancellationToken).ConfigureAwait(false);
        try
        {
            var initdb = account.Wrap(
                binaries.PathOf("initdb"), "-D", DirectoryRemover.DataIn(building), "-U", ServerDefaults.SuperUser, "-A", "trust", "-E", "UTF8", "--no-locale", "-N");
            await Command.EnsureAsync(initdb, building, ServerDefaults.InitLimit, cancellationToken).ConfigureAwait(false);
            Directory.Move(building, template);
        }
        catch (IOException) when (Directory.Exists(template))
        {
            // another process was faster, and its template is as good
        }
        finally
        {
            DirectoryRemover.TryDelete(building);
        }
    }

    private static string Key(PostgresBinaries binaries, ServerAccount account)
    {
        var day = TimeProvider.System.GetUtcNow().ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{binaries.VersionText}|{binaries.BinDirectory}|{account.Name}"));
        return $"{binaries.MajorVersion}-{day}-{Convert.ToHexStringLower(hash)[..12]}";
    }

    private static void Copy(string source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var directory in Directory.EnumerateDirectories(source, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(Path.Combine(target, Path.GetRelativePath(source, directory)));
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
            File.Copy(file, Path.Combine(target, Path.GetRelativePath(source, file)));
    }
}
