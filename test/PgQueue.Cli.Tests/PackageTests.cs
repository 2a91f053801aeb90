using System.Diagnostics;

namespace PgQueue.CliTests;

/// <summary>The package, as somebody would install it, without a network.</summary>
internal sealed class PackageTests
{
    [Test]
    public async Task The_package_installs_from_a_folder_as_the_command_pgqueue()
    {
        var folder = Directory.CreateTempSubdirectory("pgqueue-package-");
        try
        {
            var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
            var packed = await DotnetAsync("pack", Path.Combine(Root(), "src", "PgQueue.Cli"), "-c", configuration, "--no-build", "-o", folder.FullName, "-nodeReuse:false", "-v", "quiet");
            Assert.That(packed.Code, Is.Zero, packed.ToString());
            var settings = Path.Combine(folder.FullName, "nuget.config");
            await File.WriteAllTextAsync(settings, $"""<configuration><packageSources><clear /><add key="here" value="{folder.FullName}" /></packageSources></configuration>""");
            var tools = Path.Combine(folder.FullName, "tools");
            var installed = await DotnetAsync("tool", "install", "PgQueue.Cli", "--tool-path", tools, "--configfile", settings);
            Assert.That(installed.Code, Is.Zero, installed.ToString());
            var help = await RunAsync(Path.Combine(tools, "pgqueue"), "--help");
            Assert.That(help.Code, Is.Zero, help.ToString());
            Assert.That(help.Out, Does.Contain("Operate the job queue"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<Result> DotnetAsync(params string[] arguments) => RunAsync("dotnet", arguments);

    private static async Task<Result> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // no build server may outlive the test: it would hold our output open
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_NOLOGO"] = "1";
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return new Result(process.ExitCode, await output, await error);
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "PgQueue.Hosting.sln")))
                return folder.FullName;
        throw new InvalidOperationException("This test runs inside the repository.");
    }
}
