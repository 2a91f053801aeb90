using System.Xml.Linq;

namespace PgQueue.Tests.House;

[Parallelizable(ParallelScope.Children)]
internal sealed class PublicApiTests
{
    private const string Accept = "PGQUEUE_ACCEPT_API";
    private const string Snapshot = Rooms.Package + "/PublicApi.txt";

    [Test]
    public void The_public_api_changes_only_on_purpose()
    {
        var actual = PublicApiText.Of(typeof(IJobClient).Assembly);
        if (Environment.GetEnvironmentVariable(Accept) == "1")
            File.WriteAllText(Path.Combine(SourceTree.Root, Snapshot), actual);
        var expected = SourceTree.Exists(Snapshot) ? SourceTree.Read(Snapshot).Text : "";
        Assert.That(actual == expected, Is.True,
            $"The public API differs from {Snapshot}:\n{Difference(expected, actual)}\n"
            + $"If that is meant: {Accept}=1 dotnet test test/PgQueue.Hosting.Tests --filter PublicApiTests, then commit the file.");
    }

    [Test]
    public void Every_public_type_and_member_must_be_documented_or_the_build_fails()
    {
        var library = XDocument.Parse(SourceTree.Read("build/Library.props").Text);
        var common = XDocument.Parse(SourceTree.Read("build/Common.props").Text);
        Assert.That(library.Descendants("GenerateDocumentationFile").Single().Value, Is.EqualTo("true"));
        Assert.That(common.Descendants("TreatWarningsAsErrors").Single().Value, Is.EqualTo("true"));
        var settings = SourceTree.Files("build", "*.props").Concat(SourceTree.Files("src", "*.csproj")).Concat(SourceTree.Files("src", "*.props"))
            .Concat(SourceTree.Files("src")).Append(SourceTree.Read(".editorconfig"));
        Assert.That(settings.Where(f => f.Text.Contains("1591", StringComparison.Ordinal)).Select(f => f.Path), Is.Empty, "CS1591 is not to be switched off");
    }

    [Test]
    public void The_documentation_file_names_every_public_type()
    {
        var assembly = typeof(IJobClient).Assembly;
        var documented = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member").Select(m => m.Attribute("name")?.Value).ToHashSet();
        Assert.That(assembly.GetExportedTypes().Select(t => $"T:{t.FullName!.Replace('+', '.')}").Where(t => !documented.Contains(t)), Is.Empty);
    }

    private static string Difference(string expected, string actual)
    {
        // a member's line says nothing without its type, so each is compared as "type: member"
        var before = Qualified(expected);
        var after = Qualified(actual);
        return string.Join('\n', before.Except(after).Select(l => "- " + l).Concat(after.Except(before).Select(l => "+ " + l)));
    }

    private static List<string> Qualified(string text)
    {
        var lines = new List<string>();
        var type = "";
        foreach (var line in text.Split('\n').Where(l => l.Length > 0))
        {
            if (line.StartsWith(' '))
            {
                lines.Add($"{type}: {line.Trim()}");
                continue;
            }

            lines.Add(line);
            type = line.Split(" : ")[0].Split(' ')[^1];
        }

        return lines;
    }
}
