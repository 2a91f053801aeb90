using System.Text.RegularExpressions;

namespace PgQueue.Tests.House;

/// <summary>Holds the table of the rooms against the source text. <see cref="RoomTypeTests"/> holds it against the compiled types.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed partial class RoomTests
{
    private static IReadOnlyList<SourceFile> Package => SourceTree.Files(Rooms.Package);

    [Test]
    public void Every_folder_is_a_room_of_the_table()
    {
        var unknown = Package.Select(Rooms.Of).Distinct().Where(room => !Rooms.Uses.ContainsKey(room));
        Assert.That(unknown, Is.Empty, "a new room needs a row in Rooms.cs that says what it may use");
    }

    [Test]
    public void No_folder_has_a_name_that_says_nothing()
    {
        var folders = SourceTree.Files("src").Concat(SourceTree.Files("test")).Concat(SourceTree.Files("samples"))
            .SelectMany(f => f.Path.Split('/').SkipLast(1)).Distinct();
        Assert.That(folders.Intersect(Rooms.ForbiddenFolders), Is.Empty, "name the folder for what its files do");
    }

    [Test]
    public void Every_file_has_the_namespace_of_its_folder()
    {
        var wrong =
            from file in Package
            let space = FileNamespace().Match(file.Code).Groups[1].Value
            let room = Rooms.Of(file)
            where !(Rooms.Of(space) == room
                || (Rooms.ShowTypes.Contains(room) && space == "PgQueue")
                || (room == "Registration" && space == "Microsoft.Extensions.DependencyInjection"))
            select $"{file.Path}: {(space.Length == 0 ? "no file-scoped namespace" : space)}";
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void A_room_names_only_the_rooms_it_may_use() => Assert.That(Package.SelectMany(ForeignRooms), Is.Empty);

    [Test]
    public void A_room_uses_only_the_libraries_of_its_layer() => Assert.That(Package.SelectMany(ForeignLibraries), Is.Empty);

    [Test]
    public void Only_storage_schema_notifications_and_registration_name_the_driver() =>
        AssertNowhere(Driver(), file => !Rooms.NameTheDriver.Contains(Rooms.Of(file)));

    [Test]
    public void The_service_provider_is_named_only_where_scopes_are_made_and_handlers_called() =>
        AssertNowhere(ServiceProvider(), file => !Rooms.NameTheServiceProvider.Contains(Rooms.Of(file)) && file.Path != Rooms.Package + "/JobContext.cs");

    [Test]
    public void Retry_and_cron_are_arithmetic_and_know_no_tasks_logs_or_files() =>
        AssertNowhere(Impure(), file => Rooms.Of(file) is "Retry" or "Cron");

    [TestCase("Retry/X.cs", "using PgQueue.Storage;", ExpectedResult = 1)]
    [TestCase("Client/X.cs", "var x = new PgQueue.Worker.Y();", ExpectedResult = 1)]
    [TestCase("Leases/X.cs", "using PgQueue.Worker;", ExpectedResult = 1)]
    [TestCase("X.cs", "using static PgQueue.Handlers.Y;", ExpectedResult = 1)]
    [TestCase("Storage/X.cs", "using Registered = PgQueue.Registration.Y;", ExpectedResult = 1)]
    [TestCase("Worker/X.cs", "using PgQueue.Leases;", ExpectedResult = 0)]
    [TestCase("Storage/X.cs", "using PgQueue.Diagnostics; // not PgQueue.Worker", ExpectedResult = 0)]
    [TestCase("Registration/X.cs", "using PgQueue.Worker;", ExpectedResult = 0)]
    public int The_table_is_read_right(string path, string text) => ForeignRooms(new SourceFile($"{Rooms.Package}/{path}", text)).Count();

    [TestCase("Retry/X.cs", "using Microsoft.Extensions.Options;", ExpectedResult = 1)]
    [TestCase("Payloads/X.cs", "using Microsoft.Extensions.Logging;", ExpectedResult = 1)]
    [TestCase("Handlers/X.cs", "using Microsoft.Extensions.DependencyInjection;", ExpectedResult = 0)]
    [TestCase("Worker/X.cs", "using Microsoft.Extensions.Hosting;", ExpectedResult = 0)]
    [TestCase("Worker/X.cs", "using Newtonsoft.Json;", ExpectedResult = 1)]
    public int The_libraries_are_read_right(string path, string text) => ForeignLibraries(new SourceFile($"{Rooms.Package}/{path}", text)).Count();

    private static IEnumerable<string> ForeignRooms(SourceFile file) =>
        from match in RoomReference().Matches(file.Code)
        let other = match.Groups[1].Value
        where !Rooms.May(Rooms.Of(file), other)
        select $"{file.At(match.Index)} uses {other}";

    private static IEnumerable<string> ForeignLibraries(SourceFile file) =>
        from match in LibraryUsing().Matches(file.Code)
        let library = match.Groups[1].Value
        let allowed = Rooms.Libraries.GetValueOrDefault(Rooms.Of(file), ["Microsoft.Extensions", "Npgsql", "NpgsqlTypes", "Dapper"])
        where !allowed.Any(a => library == a || library.StartsWith(a + ".", StringComparison.Ordinal))
        select $"{file.At(match.Index)} uses {library}";

    private static void AssertNowhere(Regex pattern, Func<SourceFile, bool> concerns)
    {
        var found = from file in Package.Where(concerns) from match in pattern.Matches(file.Code) select $"{file.At(match.Index)}: {match.Value}";
        Assert.That(found, Is.Empty);
    }

    [GeneratedRegex(@"^namespace\s+([\w.]+)\s*;", RegexOptions.Multiline)]
    private static partial Regex FileNamespace();

    [GeneratedRegex(@"(?<!namespace\s+)\bPgQueue\.(" + "Configuration|Retry|Cron|Payloads|Handlers|Diagnostics|Storage|Schema|Notifications|"
        + @"Client|Leases|Scheduling|Maintenance|Worker|Health|Registration)\b")]
    private static partial Regex RoomReference();

    [GeneratedRegex(@"^\s*(?:global\s+)?using\s+(?:static\s+)?(?:\w+\s*=\s*)?(?:global::)?((?!System\b|PgQueue\b)[A-Z]\w*(?:\.\w+)+|Npgsql|NpgsqlTypes|Dapper)", RegexOptions.Multiline)]
    private static partial Regex LibraryUsing();

    [GeneratedRegex(@"\b(?:Npgsql\w*|Dapper)\b")]
    private static partial Regex Driver();

    // asking whether a type is one resolves nothing
    [GeneratedRegex(@"(?<!typeof\()\bI(?:Keyed)?ServiceProvider\b")]
    private static partial Regex ServiceProvider();

    [GeneratedRegex(@"\b(?:Task|ValueTask|async|await|ILogger|TimeProvider|System\.IO|System\.Net|File|Stream|HttpClient)\b")]
    private static partial Regex Impure();
}
