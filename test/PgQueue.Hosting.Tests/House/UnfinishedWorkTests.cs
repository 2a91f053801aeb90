using System.Text.RegularExpressions;

namespace PgQueue.Tests.House;

[Parallelizable(ParallelScope.Children)]
internal sealed class UnfinishedWorkTests
{
    // each written in two halves, so that this file does not hold what it looks for
    private static readonly Regex Marks = new(string.Join('|',
        "TO" + "DO", "FIX" + "ME", "HA" + "CK", "NotImplemented" + "Exception", @"Assert\.Ig" + "nore", @"Assert\.Incon" + "clusive", @"Assume\.Th" + "at",
        @"[\[,]\s*Ig" + @"nore\s*[(\]]", @"\bIg" + @"nore(?:Reason)?\s*=\s*"""));

    private static readonly string[] Kinds = [".cs", ".sql", ".sh", ".props", ".targets", ".csproj", ".md", ".json", ".txt", ".yml", ".html", ".js", ".css"];

    [TestCase("src")]
    [TestCase("test")]
    [TestCase("samples")]
    [TestCase("build")]
    public void Nothing_is_left_for_later_and_no_test_is_skipped(string folder)
    {
        var found =
            from file in SourceTree.Files(folder, "*")
            where Kinds.Contains(Path.GetExtension(file.Path))
            from match in Marks.Matches(file.Text)
            select $"{file.At(match.Index)}: {match.Value}";
        Assert.That(found, Is.Empty);
    }

    [Test]
    public void A_mark_is_found_where_there_is_one()
    {
        Assert.That(Marks.IsMatch("// TO" + "DO: later"), Is.True);
        Assert.That(Marks.IsMatch("[Test, Ig" + "nore(\"flaky\")]"), Is.True);
        Assert.That(Marks.IsMatch("[JsonIg" + "nore] // ignored"), Is.False);
    }
}
