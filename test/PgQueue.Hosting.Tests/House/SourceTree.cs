namespace PgQueue.Tests.House;

/// <summary>The repository as the house tests read it.</summary>
internal static class SourceTree
{
    private static readonly string[] Ignored = ["bin", "obj", "artifacts", "TestResults", "node_modules"];

    public static string Root { get; } = FindRoot();

    /// <summary>The files under a folder that build output and dot-folders do not count among, in order of their paths.</summary>
    public static IReadOnlyList<SourceFile> Files(string folder, string pattern = "*.cs") =>
        [.. Paths(Path.Combine(Root, folder), pattern).Order(StringComparer.Ordinal).Select(Read)];

    public static bool Exists(string path) => File.Exists(Path.Combine(Root, path));

    public static SourceFile Read(string path) =>
        new(Path.GetRelativePath(Root, Path.Combine(Root, path)).Replace('\\', '/'), File.ReadAllText(Path.Combine(Root, path)).ReplaceLineEndings("\n"));

    public static bool IsIgnored(string name) => name.StartsWith('.') || Ignored.Contains(name);

    private static IEnumerable<string> Paths(string folder, string pattern) =>
        !Directory.Exists(folder)
            ? []
            : Directory.EnumerateFiles(folder, pattern)
                .Concat(Directory.EnumerateDirectories(folder).Where(d => !IsIgnored(Path.GetFileName(d))).SelectMany(d => Paths(d, pattern)));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "PgQueue.Hosting.sln")))
                return folder.FullName;
        throw new InvalidOperationException($"No PgQueue.Hosting.sln above {AppContext.BaseDirectory}: the house tests run inside the repository.");
    }
}
