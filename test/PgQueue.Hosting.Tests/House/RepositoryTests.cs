namespace PgQueue.Tests.House;

[Parallelizable(ParallelScope.Children)]
internal sealed class RepositoryTests
{
    private static readonly string[] Allowed = ["src", "test", "samples", "build", "PgQueue.Hosting.sln", "README.md", "global.json", "LICENSE"];

    [Test]
    public void The_top_level_holds_the_fixed_entries_and_nothing_else()
    {
        var entries = Directory.EnumerateFileSystemEntries(SourceTree.Root).Select(Path.GetFileName).Where(e => !SourceTree.IsIgnored(e!));
        Assert.That(entries.Except(Allowed), Is.Empty);
    }

    [Test]
    public void Every_project_is_in_the_solution()
    {
        var solution = SourceTree.Read("PgQueue.Hosting.sln").Text;
        var projects = new[] { "src", "test", "samples" }.SelectMany(folder => SourceTree.Files(folder, "*.csproj"));
        Assert.That(projects.Where(p => !solution.Contains(p.Path.Replace('/', '\\'), StringComparison.Ordinal)).Select(p => p.Path), Is.Empty,
            "a project outside the solution is neither built nor tested: dotnet sln add");
    }

    [Test]
    public void Scripts_run_anywhere_and_stop_at_the_first_error()
    {
        foreach (var script in SourceTree.Files("build", "*.sh"))
        {
            Assert.That(script.Text, Does.StartWith("#!/usr/bin/env bash\n"), script.Path);
            Assert.That(script.Text, Does.Contain("set -euo pipefail"), script.Path);
            if (!OperatingSystem.IsWindows())
                Assert.That(File.GetUnixFileMode(Path.Combine(SourceTree.Root, script.Path)).HasFlag(UnixFileMode.UserExecute), Is.True, script.Path);
        }
    }
}
