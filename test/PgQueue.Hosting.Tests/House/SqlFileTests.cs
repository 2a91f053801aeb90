using System.Text;
using System.Text.RegularExpressions;

namespace PgQueue.Tests.House;

[Parallelizable(ParallelScope.Children)]
internal sealed partial class SqlFileTests
{
    private const string StatementFolder = Rooms.Package + "/Storage/Sql";
    private const string MigrationFolder = Rooms.Package + "/Schema/Migrations";

    private static readonly string[] Folders = [StatementFolder, MigrationFolder, Rooms.Package + "/Schema"];

    private static IReadOnlyList<SourceFile> All => SourceTree.Files(Rooms.Package, "*.sql");

    private static IReadOnlyList<SourceFile> Statements => SourceTree.Files(StatementFolder, "*.sql");

    private static IReadOnlyList<SourceFile> Migrations => SourceTree.Files(MigrationFolder, "*.sql");

    [Test]
    public void Every_sql_file_is_embedded_as_it_stands() =>
        Assert.That(All.Where(f => !f.Text.Equals(Embedded(f), StringComparison.Ordinal)).Select(f => f.Path), Is.Empty);

    [Test]
    public void Sql_stands_in_the_rooms_of_sql() =>
        Assert.That(All.Where(f => !Folders.Contains(Path.GetDirectoryName(f.Path)!.Replace('\\', '/'))).Select(f => f.Path), Is.Empty);

    [Test]
    public void Every_statement_is_run_by_name_from_code()
    {
        var code = string.Concat(SourceTree.Files(Rooms.Package).Select(f => f.WithoutComments));
        Assert.That(Statements.Where(f => !code.Contains($"\"{f.Name}\"", StringComparison.Ordinal)).Select(f => f.Path), Is.Empty);
    }

    [Test]
    public void A_statement_is_named_in_pascal_case_and_a_migration_by_number_and_purpose()
    {
        Assert.That(Statements.Where(f => !PascalCase().IsMatch(f.Name)).Select(f => f.Path), Is.Empty);
        Assert.That(Migrations.Where(f => !NumberPurpose().IsMatch(f.Name)).Select(f => f.Path), Is.Empty);
        Assert.That(Migrations.Select(f => int.Parse(f.Name.AsSpan(0, 4), provider: null)), Is.EqualTo(Enumerable.Range(1, Migrations.Count)));
    }

    [Test]
    public void Every_sql_file_begins_with_a_comment_that_says_its_purpose() =>
        Assert.That(All.Where(f => !f.Text.StartsWith("-- ", StringComparison.Ordinal)).Select(f => f.Path), Is.Empty);

    [Test]
    public void Keywords_are_lower_case() =>
        Assert.That(All.SelectMany(f => Matches(f, UpperCaseKeyword())), Is.Empty);

    [Test]
    public void Tables_and_functions_of_ours_are_named_with_the_schema_placeholder() =>
        Assert.That(Statements.SelectMany(f => WithoutSchema(f, All)), Is.Empty, "write /*schema*/ before the name");

    [Test]
    public void No_sql_stands_in_code_outside_the_rooms_of_sql() =>
        Assert.That(SourceTree.Files(Rooms.Package).Where(f => Rooms.Of(f) is not ("Storage" or "Schema")).SelectMany(f => Literals(f, SqlLiteral())), Is.Empty);

    [Test]
    public void No_query_is_interpolated() =>
        Assert.That(SourceTree.Files(Rooms.Package).SelectMany(f => Literals(f, InterpolatedQuery())), Is.Empty);

    [TestCase("-- reads a job\nselect * from /*schema*/job where id = $1", ExpectedResult = 0)]
    [TestCase("-- reads a job\nselect * from job", ExpectedResult = 1)]
    [TestCase("-- reads from job\nselect 'from job', job.id from /*schema*/.job job", ExpectedResult = 0)]
    [TestCase("select * from /*schema*/job join lateral claim($1) c on true", ExpectedResult = 1)]
    [TestCase("select /*schema*/claim($1), claimed($2)", ExpectedResult = 0)]
    [TestCase("select 1 where claim(2) = /*schema*/.claim (3)", ExpectedResult = 1)]
    [TestCase("select j.id from unnest($1::int[]) as claim(id), unnest($2::int[]) job(id)", ExpectedResult = 0)]
    [TestCase("insert into\n  job (id) values ($1)", ExpectedResult = 1)]
    public int Names_without_schema_are_found(string sql) =>
        WithoutSchema(new SourceFile("x.sql", sql), [new SourceFile("0001_x.sql", "create table /*schema*/job (id int);\ncreate or replace function /*schema*/claim(x int)")]).Count();

    [TestCase("var s = \"select 1\";", ExpectedResult = 1)]
    [TestCase("var s = \"\"\"\n    delete from x\n    \"\"\";", ExpectedResult = 1)]
    [TestCase("var s = \"INSERT INTO x\";", ExpectedResult = 1)]
    [TestCase("var s = \"Create the schema first.\"; // \"select 1\"", ExpectedResult = 0)]
    [TestCase("var s = \"selected\";", ExpectedResult = 0)]
    public int Sql_in_code_is_found(string code) => Literals(new SourceFile("x.cs", code), SqlLiteral()).Count();

    private static string? Embedded(SourceFile file)
    {
        var assembly = typeof(IJobClient).Assembly;
        var name = assembly.GetManifestResourceNames().SingleOrDefault(n => n.Split('/')[^1] == Path.GetFileName(file.Path));
        return name is null ? null : new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8).ReadToEnd().ReplaceLineEndings("\n");
    }

    private static IEnumerable<string> WithoutSchema(SourceFile file, IReadOnlyList<SourceFile> creating)
    {
        var created = creating.SelectMany(m => CreatedObject().Matches(m.Text)).ToLookup(m => m.Groups["kind"].Value is "function" or "procedure", m => m.Groups["name"].Value);
        var relations = string.Join('|', created[false].Append("(?!)"));
        var functions = string.Join('|', created[true].Append("(?!)"));
        return Matches(file, new Regex(
            $@"\b(?:from|join|lateral|into|update|only|table)\s+(?:{relations}|(?:{functions})(?=\s*\())\b"
            + $@"|(?<!\w|\.|schema\*/|\b(?:as|from|join|lateral|with)\s+)(?:{functions})\s*\("));
    }

    private static IEnumerable<string> Matches(SourceFile file, Regex pattern) =>
        pattern.Matches(Prose().Replace(file.Text, m => new string(' ', m.Length))).Select(m => $"{file.At(m.Index)}: {m.Value}");

    private static IEnumerable<string> Literals(SourceFile file, Regex pattern) =>
        pattern.Matches(file.WithoutComments).Select(m => $"{file.At(m.Index)}: {m.Value}");

    [GeneratedRegex(@"^(?:[A-Z][a-z0-9]+)+$")]
    private static partial Regex PascalCase();

    [GeneratedRegex(@"^\d{4}(?:_[a-z0-9]+)+$")]
    private static partial Regex NumberPurpose();

    // comments other than the placeholder, texts and quoted names
    [GeneratedRegex(@"--[^\n]*|/\*(?!schema\*/).*?\*/|'(?:[^']|'')*'|""[^""]*""", RegexOptions.Singleline)]
    private static partial Regex Prose();

    [GeneratedRegex(@"\b(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|FROM|WHERE|JOIN|VALUES|RETURNING|WITH|ORDER|GROUP|LIMIT|AND|OR|NOT|NULL|AS|ON|SET|TABLE|INDEX|FUNCTION)\b")]
    private static partial Regex UpperCaseKeyword();

    [GeneratedRegex(@"create\s+(?:or\s+replace\s+)?(?:unlogged\s+)?(?<kind>table|function|procedure|view|sequence)\s+(?:if\s+not\s+exists\s+)?/\*schema\*/\.?(?<name>\w+)")]
    private static partial Regex CreatedObject();

    [GeneratedRegex(@"""(?:""""\s*)?(?:select|insert|update|delete|create|SELECT|INSERT|UPDATE|DELETE|CREATE)\s")]
    private static partial Regex SqlLiteral();

    [GeneratedRegex(@"\$@?\$*""(?:""""\s*)?(?:select|insert|update|delete|with|SELECT|INSERT|UPDATE|DELETE|WITH)\s")]
    private static partial Regex InterpolatedQuery();
}
