using System.Text.RegularExpressions;

namespace PgQueue.Tests.House;

[Parallelizable(ParallelScope.Children)]
internal sealed partial class SizeTests
{
    private const int LongestSource = 300;
    private const int LongestTest = 400;

    [Test]
    public void No_source_file_is_longer_than_300_lines()
    {
        var files = SourceTree.Files("src").Concat(SourceTree.Files("src", "*.sql")).ToList();
        var sizes = files.Where(f => f.Path.EndsWith(".cs", StringComparison.Ordinal)).Select(f => f.LineCount).Order().ToList();
        TestContext.Out.WriteLine($"{sizes.Count} C# files in src: median {At(sizes, 0.5)}, p95 {At(sizes, 0.95)}, max {sizes[^1]} lines");
        Assert.That(Longer(files.Where(f => !IsMigration(f)), LongestSource), Is.Empty);
    }

    [Test]
    public void No_test_or_sample_file_is_longer_than_400_lines() =>
        Assert.That(Longer([.. SourceTree.Files("test"), .. SourceTree.Files("samples")], LongestTest), Is.Empty);

    [Test]
    public void A_source_file_holds_one_top_level_type()
    {
        var crowded =
            from file in SourceTree.Files("src")
            let names = TopLevelNames(file.Code)
            where names.Count > 1
            select $"{file.Path}: {string.Join(", ", names)}";
        Assert.That(crowded, Is.Empty, "one type a file; a generic twin of the same name may share it");
    }

    [Test]
    public void A_partial_type_is_not_spread_over_files()
    {
        var spread =
            from file in SourceTree.Files("src")
            from match in PartialType().Matches(file.Code)
            group file.Path by (Path.GetDirectoryName(file.Path), match.Groups[1].Value) into places
            where places.Distinct().Skip(1).Any()
            select $"{places.Key.Value}: {string.Join(", ", places)}";
        Assert.That(spread, Is.Empty, "split the type instead");
    }

    [TestCase("public sealed record A(int X);\n", ExpectedResult = 1)]
    [TestCase("internal abstract class A\n{\n    class B { }\n}\n\ninternal sealed class A<T> : A\n{\n}\n", ExpectedResult = 1)]
    [TestCase("class A;\ninternal enum B { }\n", ExpectedResult = 2)]
    [TestCase("class A;\npublic delegate Task<int[]> B();\n", ExpectedResult = 2)]
    [TestCase("public readonly record struct A(int B);\nfile static class C { }\n", ExpectedResult = 2)]
    public int Top_level_types_are_counted_right(string code) => TopLevelNames(code).Count;

    // a migration is immutable, may create a whole schema at once, and is read in order like a story
    private static bool IsMigration(SourceFile file) => file.Path.Contains("/Migrations/", StringComparison.Ordinal);

    private static IEnumerable<string> Longer(IEnumerable<SourceFile> files, int cap) =>
        files.Where(f => f.LineCount > cap).Select(f => $"{f.Path} has {f.LineCount} lines, {cap} are allowed");

    private static int At(List<int> sorted, double share) => sorted[(int)Math.Ceiling(share * sorted.Count) - 1];

    private static List<string> TopLevelNames(string code) =>
        [.. TopLevelType().Matches(code).Select(m => m.Groups[1].Success ? m.Groups[1].Value : m.Groups[2].Value).Distinct()];

    [GeneratedRegex(@"^(?:\w+ )*?(?:(?:class|struct|interface|enum|record struct|record class|record) (\w+)|delegate [^\n(]+?(\w+)(?:<[^\n(]*>)?\()", RegexOptions.Multiline)]
    private static partial Regex TopLevelType();

    [GeneratedRegex(@"^(?:\w+ )*partial (?:class|struct|interface|record(?: struct| class)?) (\w+)", RegexOptions.Multiline)]
    private static partial Regex PartialType();
}
