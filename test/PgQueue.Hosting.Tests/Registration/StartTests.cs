using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;
using PgQueue.Registration;

namespace PgQueue.Tests.Registration;

[Parallelizable(ParallelScope.Children)]
internal sealed class StartTests
{
    [Test]
    public void All_errors_are_found_at_start_at_once()
    {
        using var host = Json.Host(
            """
            { "PgQueue": { "Schema": "Bad", "Retry": { "MaxAttemps": 1 }, "Queues": { "default": { "Concurrency": "many" } }, "Lease": { "RenewEvery": "00:00:20" } } }
            """,
            static services => services.AddPgQueue().AddHandler<Receipt, ReceiptHandler>(configure: static o => o.Timeout = TimeSpan.Zero));
        Assert.That(
            async () => await host.StartAsync(),
            Throws.InstanceOf<OptionsValidationException>().With.Property("Failures").EquivalentTo(new[]
            {
                "PgQueue:Retry:MaxAttemps is no setting. Did you mean PgQueue:Retry:MaxAttempts?",
                "PgQueue:Queues:default:Concurrency (\"many\") must be a whole number.",
                "PgQueue:Schema (\"Bad\") must be 1 to 48 of a-z 0-9 _, start with a letter or underscore, and not with pg_.",
                "PgQueue:Lease:RenewEvery (00:00:20) must be at most half of PgQueue:Lease:Duration (00:00:30).",
                "handler 'send-receipt': Timeout (00:00:00) must be from 00:00:00.01 to 20.00:00:00, or Infinite.",
                PgQueue.Storage.DatabaseChoice.Missing(""),
            }));
    }

    [Test]
    public void Errors_of_two_queues_are_found_together()
    {
        using var host = Json.Host("{}", static services =>
        {
            services.AddPgQueue();
            services.AddPgQueue("billing");
        });
        Assert.That(
            async () => await host.StartAsync(),
            Throws.InstanceOf<AggregateException>().With.Property("InnerExceptions").Count.EqualTo(2));
    }

    [Test]
    public void C89_Without_a_database_the_error_says_what_to_add() => Assert.That(
        Json.StartErrors("{}").Single(),
        Does.Contain("""{ "ConnectionStrings": { "PgQueue": "Host=localhost""").And.Contain("or set PgQueue:ConnectionString, or register an NpgsqlDataSource"));

    [Test]
    public void C89_A_named_queue_looks_for_the_connection_string_of_its_name() => Assert.Multiple(() =>
    {
        Assert.That(Json.StartErrors($$"""{ {{Json.Database}} }""", AddBilling).Single(), Does.Contain("Queue 'billing' has no database").And.Contain("\"billing\": \"Host=localhost"));
        Assert.That(Json.StartErrors("""{ "ConnectionStrings": { "billing": "Host=h" } }""", AddBilling), Is.Empty);
    });

    [Test]
    public void C113_Two_handlers_for_one_route_fail_and_both_are_named() => Assert.Multiple(() =>
    {
        Assert.That(
            Json.StartErrors(Json.With("{}"), static s => s.AddPgQueue().AddHandler<Receipt, ReceiptHandler>().AddHandler<Receipt, OtherReceiptHandler>()),
            Is.EqualTo(new[] { "Type 'send-receipt' has 2 handlers: PgQueue.Tests.Registration.ReceiptHandler and PgQueue.Tests.Registration.OtherReceiptHandler. Give each a type of its own." }));
        Assert.That(
            Json.StartErrors(Json.With("{}"), static s => s.AddPgQueue().AddHandler<Receipt, ReceiptHandler>().AddHandler<Receipt, ReceiptHandler>()),
            Has.One.StartsWith("Type 'send-receipt' has 2 handlers"));
    });

    [Test]
    public void C106_A_pool_too_small_for_workers_is_refused_and_is_enough_to_enqueue() => Assert.Multiple(() =>
    {
        const string json = """{ "ConnectionStrings": { "PgQueue": "Host=h;Maximum Pool Size=1" } }""";
        Assert.That(Json.StartErrors(json, AddWithHandler), Has.One.StartsWith("ConnectionStrings:PgQueue has Maximum Pool Size=1. It must be at least 5: workers use that many connections at the same time."));
        Assert.That(Json.StartErrors(json), Is.Empty);
        Assert.That(Json.StartErrors(json.Replace("} }", "}, \"PgQueue\": { \"Queues\": {} } }", StringComparison.Ordinal), AddWithHandler), Is.Empty);
    });

    [Test]
    public void C107_Multiplexing_is_refused_in_a_data_source_from_DI_too() => Assert.That(
        Json.StartErrors("{}", static services =>
        {
            services.AddSingleton(_ => NpgsqlDataSource.Create("Host=h;Multiplexing=true"));
            services.AddPgQueue();
        }),
        Has.One.StartsWith("The NpgsqlDataSource in DI has Multiplexing=true. Remove it"));

    [Test]
    public void Code_wins_over_configuration_wherever_it_is_registered() => Assert.Multiple(() =>
    {
        using var after = Json.Host(Json.With("""{ "Schema": "a", "Timeout": "00:01:00" }"""), static s => s.AddPgQueue(static o => o.Schema = "b"));
        using var before = Json.Host(Json.With("""{ "Schema": "a" }"""), static s => s.Configure<PgQueueOptions>(static o => o.Schema = "b").AddPgQueue());
        Assert.That((after.OptionsOf().Schema, after.OptionsOf().Timeout), Is.EqualTo(("b", TimeSpan.FromMinutes(1))));
        Assert.That(before.OptionsOf().Schema, Is.EqualTo("b"));
    });

    [Test]
    public void Adding_a_queue_twice_binds_once_and_adds_both_actions()
    {
        using var host = Json.Host(Json.With("""{ "Shema": "a" }"""), static services =>
        {
            services.AddPgQueue(static o => o.Schema += "b");
            services.AddPgQueue(static o => o.Schema += "c");
            services.AddPgQueue("billing", static o => o.ConnectionString = "Host=h");
            Assert.That(services.Count(d => d.ServiceType == typeof(IConfigureOptions<PgQueueOptions>)), Is.EqualTo(4), "one binding and three actions");
            Assert.That(services.Count(d => d.ServiceType == typeof(IValidateOptions<PgQueueOptions>)), Is.EqualTo(1));
        });
        Assert.Multiple(() =>
        {
            Assert.That(async () => await host.StartAsync(), Throws.InstanceOf<OptionsValidationException>().With.Property("Failures").Count.EqualTo(1));
            Assert.That(host.Services.GetRequiredService<PgQueueNames>().All, Is.EqualTo(new[] { "", "billing" }));
        });
    }

    [Test]
    public void Each_queue_has_its_own_section_and_actions()
    {
        using var host = Json.Host(
            """{ "ConnectionStrings": { "PgQueue": "Host=h", "billing": "Host=h" }, "PgQueue": { "Schema": "a", "billing": { "Schema": "b" } } }""",
            static services =>
            {
                services.AddPgQueue();
                services.AddPgQueue("billing", static o => o.Timeout = TimeSpan.FromSeconds(1));
            });
        Assert.Multiple(() =>
        {
            Assert.That((host.OptionsOf().Schema, host.OptionsOf().Timeout), Is.EqualTo(("a", TimeSpan.FromMinutes(30))));
            Assert.That((host.OptionsOf("billing").Schema, host.OptionsOf("billing").Timeout), Is.EqualTo(("b", TimeSpan.FromSeconds(1))));
        });
    }

    [Test]
    public void Without_a_configuration_there_is_only_code()
    {
        using var provider = new ServiceCollection().AddPgQueue(static o => o.ConnectionString = "Host=h").Services.BuildServiceProvider();
        Assert.That(provider.GetRequiredService<IOptions<PgQueueOptions>>().Value.ConnectionString, Is.EqualTo("Host=h"));
    }

    [TestCase("""{ "ConnectionStrings": { "PgQueue": "Host=h;Database=app", "billing": "Server=H;Port=5432;Database=app;Username=other" } }""")]
    [TestCase("""{ "ConnectionStrings": { "PgQueue": "Host=a,b:5433;Database=app", "billing": "Host=b:5433,a:5432;Database=app" } }""")]
    [TestCase("""{ "ConnectionStrings": { "PgQueue": "Host=h" }, "PgQueue": { "billing": { "ConnectionString": "Host=h" } } }""")]
    public void Two_queues_on_one_schema_of_one_database_do_not_start_and_both_settings_are_named(string json) => Assert.That(
        Json.StartErrors(json, AddTwo),
        Is.EqualTo(new[]
        {
            "PgQueue:Schema and PgQueue:billing:Schema are both \"pgqueue\" in the same database, so these two queues would take each other's jobs. "
            + "Give one of them another Schema or another database (PgQueue:billing:ConnectionString).",
        }));

    [Test]
    public void Two_queues_on_one_data_source_from_DI_do_not_start_with_one_schema_and_do_with_two() => Assert.Multiple(() =>
    {
        Assert.That(Json.StartErrors("{}", AddTwoOnDataSource), Has.One.Contains("PgQueue:billing:Schema"));
        Assert.That(Json.StartErrors("""{ "PgQueue": { "billing": { "Schema": "billing" } } }""", AddTwoOnDataSource), Is.Empty);
    });

    [TestCase("Host=h;Database=other")]
    [TestCase("Host=h;Port=5433;Database=app")]
    [TestCase("Host=other;Database=app")]
    public void Two_queues_on_one_schema_name_in_two_databases_start(string second) => Assert.That(
        Json.StartErrors($$"""{ "ConnectionStrings": { "PgQueue": "Host=h;Database=app", "billing": "{{second}}" } }""", AddTwo), Is.Empty);

    [TestCase("Retry")]
    [TestCase("schema")]
    [TestCase("a:b")]
    [TestCase("ü")]
    [TestCase("BILLING")]
    public void A_name_that_would_not_have_a_section_of_its_own_is_refused(string name)
    {
        var services = new ServiceCollection();
        services.AddPgQueue("billing");
        Assert.That(() => services.AddPgQueue(name), Throws.ArgumentException.With.Message.Contains(name));
    }

    [TestCase("tr-TR")]
    [TestCase("ar-SA")]
    [SetCulture("")]
    public void C121_The_culture_changes_neither_reading_nor_messages(string culture)
    {
        const string section = """{ "MIGRATE": "VALIDATE", "notifications": "off", "Timeout": "00:00:01.5", "Lease": { "MAXCRASHES": -5, "duratıon": "x" }, "Polling": { "idle": "-1.00:00:00.5" } }""";
        var expected = Json.StartErrors(Json.With(section));
        var before = Thread.CurrentThread.CurrentCulture;
        Thread.CurrentThread.CurrentCulture = System.Globalization.CultureInfo.GetCultureInfo(culture);
        try
        {
            using var host = Json.Host(Json.With("""{ "MIGRATE": "VALIDATE", "notifications": "off", "Timeout": "00:00:01.5" }"""), static s => s.AddPgQueue());
            Assert.Multiple(() =>
            {
                Assert.That(Json.StartErrors(Json.With(section)), Is.EqualTo(expected).And.Length.EqualTo(4));
                Assert.That(expected, Has.One.EqualTo("PgQueue:Lease:MaxCrashes (-5) must be from 1 to 100."));
                Assert.That((host.OptionsOf().Migrate, host.OptionsOf().Notifications, host.OptionsOf().Timeout), Is.EqualTo((MigrateMode.Validate, NotificationMode.Off, TimeSpan.FromSeconds(1.5))));
            });
        }
        finally
        {
            Thread.CurrentThread.CurrentCulture = before;
        }
    }

    private static void AddTwo(IServiceCollection services)
    {
        services.AddPgQueue();
        services.AddPgQueue("billing");
    }

    private static void AddTwoOnDataSource(IServiceCollection services)
    {
        services.AddSingleton(_ => NpgsqlDataSource.Create("Host=h;Database=app"));
        AddTwo(services);
    }

    private static void AddBilling(IServiceCollection services) => services.AddPgQueue("billing");

    private static void AddWithHandler(IServiceCollection services) => services.AddPgQueue().AddHandler<Receipt, ReceiptHandler>();
}
