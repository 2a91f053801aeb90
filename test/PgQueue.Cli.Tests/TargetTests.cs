namespace PgQueue.CliTests;

/// <summary>Which database and schema are meant.</summary>
internal sealed class TargetTests
{
    private const string Nowhere = "Host=127.0.0.1;Port=1;Username=postgres";
    private static readonly Dictionary<string, string> None = [];
    private string _folder;
    private QueueOf _queue;

    [OneTimeSetUp]
    public async Task Open()
    {
        _folder = Directory.CreateTempSubdirectory("pgqueue-cli-").FullName;
        _queue = await QueueOf.MakeAsync();
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        await _queue.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task The_settings_file_of_the_current_folder_is_the_last_resort()
    {
        var folder = Folder("usual", $$"""{ "ConnectionStrings": { "PgQueue": "{{_queue.Database}}" } /* as the app has it */ }""");
        var found = await Tool.RunInAsync(folder, None, "list");
        var overruled = await Tool.RunInAsync(folder, new Dictionary<string, string> { ["ConnectionStrings__PgQueue"] = Nowhere }, "list");
        Assert.That((found.Code, overruled.Code), Is.EqualTo((0, 3)), $"{found}{overruled}");
    }

    [Test]
    public async Task The_schema_comes_from_where_the_settings_say()
    {
        var folder = Folder("schema", $$"""{ "ConnectionStrings": { "PgQueue": "{{_queue.Database}}" }, "PgQueue": { "Schema": "elsewhere" } }""");
        var file = await Tool.RunInAsync(folder, None, "list");
        var variable = await Tool.RunInAsync(folder, new Dictionary<string, string> { ["PGQUEUE_SCHEMA"] = "pgqueue" }, "list");
        var option = await Tool.RunInAsync(folder, None, "list", "--schema", "pgqueue");
        Assert.That((file.Code, variable.Code, option.Code), Is.EqualTo((4, 0, 0)), $"{file}{variable}{option}");
        Assert.That(file.Error, Does.Contain("\"elsewhere\" holds no queue"));
    }

    [Test]
    public async Task An_option_wins_over_a_named_file_and_that_over_the_environment()
    {
        var good = Path.Combine(Folder("named", $$"""{ "PgQueue": { "ConnectionString": "{{_queue.Database}}" } }"""), "appsettings.json");
        var file = await Tool.RunAsync(Nowhere, "list", "--config", good);
        var option = await Tool.RunAsync(Nowhere, "list", "--config", good, "--connection", Nowhere);
        Assert.That((file.Code, option.Code), Is.EqualTo((0, 3)), $"{file}{option}");
    }

    [Test]
    public async Task A_file_that_is_missing_broken_or_empty_gives_2()
    {
        var broken = await Tool.RunAsync(_queue.Database, "list", "--config", Path.Combine(Folder("broken", "{\n\"ConnectionStrings\": oops }"), "appsettings.json"));
        var missing = await Tool.RunAsync(_queue.Database, "list", "--config", "/no/such/file.json");
        var empty = await Tool.RunAsync(null, "list", "--config", Path.Combine(Folder("empty", "{}"), "appsettings.json"));
        var nothing = await Tool.RunInAsync(Folder("nothing", "{}"), None, "list");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(new[] { broken.Code, missing.Code, empty.Code, nothing.Code }, Is.All.EqualTo(2));
            Assert.That(broken.Error, Does.Contain("cannot be read as JSON (line 2)"));
            Assert.That(missing.Error, Does.Contain("there is no file /no/such/file.json"));
            Assert.That(empty.Error, Does.Contain("has neither ConnectionStrings:PgQueue nor PgQueue:ConnectionString"));
            Assert.That(nothing.Error, Does.Contain("No database is given"));
        }
    }

    private string Folder(string name, string settings)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        File.WriteAllText(Path.Combine(folder, "appsettings.json"), settings);
        return folder;
    }
}
