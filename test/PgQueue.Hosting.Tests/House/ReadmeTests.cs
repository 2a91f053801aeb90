using System.Text.RegularExpressions;

namespace PgQueue.Tests.House;

/// <summary>A README's code is a region of a file that compiles, so it cannot rot.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed partial class ReadmeTests
{
    private static IEnumerable<string> Readmes => new[] { "README.md", Rooms.Package + "/README.md" }.Where(SourceTree.Exists);

    [TestCaseSource(nameof(Readmes))]
    public void Snippets_are_regions_of_files_that_compile(string readme)
    {
        var file = SourceTree.Read(readme);
        var stale =
            from match in Snippet().Matches(file.Text)
            let source = Path.Combine(Path.GetDirectoryName(readme)!, match.Groups["path"].Value)
            let region = SourceTree.Exists(source) ? Region(SourceTree.Read(source).Text, match.Groups["region"].Value) : null
            where region != match.Groups["code"].Value
            select $"{file.At(match.Index)}: {source}#{match.Groups["region"].Value} is {(region is null ? "missing" : "now:\n" + region)}";
        Assert.That(stale, Is.Empty);
    }

    [TestCaseSource(nameof(Readmes))]
    public void A_snippet_comment_stands_right_above_a_csharp_block(string readme)
    {
        var text = SourceTree.Read(readme).Text;
        Assert.That(Snippet().Count(text), Is.EqualTo(Regex.Count(text, "<!-- *snippet")), "write <!-- snippet: path#region --> and ```csharp on the next line");
    }

    [Test]
    public void A_region_is_cut_out_and_dedented()
    {
        const string Source = "class A\n{\n    // snippet:one\n    void B()\n    {\n\n        C();\n    }\n    // endsnippet\n}\n";
        Assert.That(Region(Source, "one"), Is.EqualTo("void B()\n{\n\n    C();\n}"));
        Assert.That(Region(Source, "on"), Is.Null);
    }

    private static string? Region(string source, string name)
    {
        var match = Regex.Match(source, $@"^[ \t]*// snippet:{Regex.Escape(name)}[ \t]*\n(.*?)^[ \t]*// endsnippet", RegexOptions.Singleline | RegexOptions.Multiline);
        if (!match.Success)
            return null;
        var lines = match.Groups[1].Value.TrimEnd().Split('\n');
        var margin = lines.Where(l => l.Trim().Length > 0).Select(l => l.Length - l.TrimStart().Length).DefaultIfEmpty(0).Min();
        return string.Join('\n', lines.Select(l => l.Length >= margin ? l[margin..].TrimEnd() : ""));
    }

    [GeneratedRegex(@"<!-- snippet: (?<path>[^\s#]+)#(?<region>[\w-]+) -->\n+```csharp\n(?<code>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Snippet();
}
