using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PgQueue.Registration;

namespace PgQueue.Tests.Registration;

/// <summary>Handlers found in an assembly beside handlers that are added by name.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class AssemblyScanTests
{
    [Test]
    public void A_handler_of_a_payload_without_a_name_can_be_added_by_name_before_the_scan_and_after([Values] bool scanFirst)
    {
        var (scanned, added) = Handlers(b => Add(b, scanFirst, static x => x.AddHandler<List<int>, NumbersHandler>("numbers")));
        Assert.That(added.Single(h => h.HandlerType == typeof(NumbersHandler)).Route, Is.EqualTo("numbers"));
        Assert.That(scanned, Has.None.Contains(nameof(NumbersHandler)));
    }

    [Test]
    public void A_handler_added_by_another_name_is_passed_over_before_the_scan_and_after([Values] bool scanFirst)
    {
        var (_, added) = Handlers(b => Add(b, scanFirst, static x => x.AddHandler<Receipt, ReceiptHandler>("by-hand").AddHandler<Receipt, ReceiptHandler>("by-hand-too")));
        Assert.That(added.Where(h => h.HandlerType == typeof(ReceiptHandler)).Select(h => h.Route), Is.EqualTo(new[] { "by-hand", "by-hand-too" }));
    }

    [Test]
    public void A_scan_twice_adds_each_handler_once()
    {
        var (_, added) = Handlers(static b => b.AddHandlersFromAssemblyContaining<NumbersHandler>().AddHandlersFromAssemblyContaining<NumbersHandler>());
        Assert.That(added.Select(h => (h.PayloadType, h.HandlerType)), Is.Unique);
    }

    [Test]
    public void A_handler_of_a_payload_without_a_name_that_nobody_adds_by_name_is_an_error_at_start_that_names_it() => Assert.That(
        Json.StartErrors(Json.With("{}"), static s => s.AddPgQueue().AddHandlersFromAssemblyContaining<NumbersHandler>()),
        Has.One.EqualTo("PgQueue.Tests.Registration.NumbersHandler handles List<int>, which has no type name of its own. "
            + "Add it with one: AddHandler<List<int>, NumbersHandler>(\"some-name\")."));

    [Test]
    public void A_handler_added_without_the_name_its_payload_lacks_is_refused_with_both_names() => Assert.That(
        static () => new ServiceCollection().AddPgQueue().AddHandler<List<int>, NumbersHandler>(),
        Throws.InstanceOf<UnknownJobTypeException>().With.Message.Contains("NumbersHandler handles List<int>").And.Property("Type").EqualTo("List<int>"));

    private static void Add(IPgQueueBuilder builder, bool scanFirst, Action<IPgQueueBuilder> byName)
    {
        if (scanFirst)
            builder.AddHandlersFromAssemblyContaining<NumbersHandler>();
        byName(builder);
        if (!scanFirst)
            builder.AddHandlersFromAssemblyContaining<NumbersHandler>();
    }

    private static (string[] Errors, IReadOnlyList<PgQueue.Handlers.HandlerRegistration> Handlers) Handlers(Action<IPgQueueBuilder> add)
    {
        var services = new ServiceCollection();
        add(services.AddPgQueue());
        using var provider = services.BuildServiceProvider();
        var registrations = provider.GetRequiredService<IOptionsMonitor<PgQueueRegistrations>>().Get("");
        return ([.. RouteRules.Check(registrations)], registrations.Handlers);
    }
}
