using Microsoft.Extensions.DependencyInjection;

namespace PgQueue.Tests.Registration;

[Parallelizable(ParallelScope.Children)]
internal sealed class RouteRulesTests
{
    [Test]
    public void An_alias_that_is_another_handlers_route_fails_and_both_are_named() => Assert.That(
        Errors(static b => b.AddHandler<Receipt, ReceiptHandler>("a").AddHandler<Receipt, OtherReceiptHandler>("b", static o => o.Aliases.Add("a"))),
        Is.EqualTo(new[] { "Type 'a' has 2 handlers: PgQueue.Tests.Registration.ReceiptHandler and PgQueue.Tests.Registration.OtherReceiptHandler. Give each a type of its own." }));

    [Test]
    public void An_alias_that_repeats_its_own_route_harms_nothing() =>
        Assert.That(Errors(static b => b.AddHandler<Receipt, ReceiptHandler>("a", static o => o.Aliases.Add("a"))), Is.Empty);

    [TestCase("A")]
    [TestCase("")]
    [TestCase("a*")]
    [TestCase(null)]
    public void An_alias_that_is_no_type_name_fails(string? alias) => Assert.That(
        Errors(b => b.AddHandler<Receipt, ReceiptHandler>("a", o => o.Aliases.Add(alias!))).Single(),
        Does.StartWith("handler 'a': Aliases: ").And.Contain(alias ?? "null"));

    [Test]
    public void An_exact_route_and_a_prefix_over_it_stand_together() => Assert.That(
        Errors(static b => b.AddHandler<Receipt, ReceiptHandler>("a:b").AddHandler<Receipt, OtherReceiptHandler>("a:*")), Is.Empty);

    [TestCase("send-recipt", ExpectedResult = "PgQueue.Tests.Registration.ReceiptMiddleware is added for type 'send-recipt', which no handler has. Did you mean 'send-receipt'?")]
    [TestCase("x*", ExpectedResult = "PgQueue.Tests.Registration.ReceiptMiddleware is added for type 'x*', which no handler has.")]
    [TestCase("send-receipt", ExpectedResult = "")]
    [TestCase("send-*", ExpectedResult = "")]
    [TestCase("*", ExpectedResult = "")]
    [TestCase("old:1", ExpectedResult = "")]
    [TestCase("old:1*", ExpectedResult = "")]
    [TestCase(null, ExpectedResult = "")]
    public string Middleware_for_a_type_that_no_handler_has_fails(string? route) => string.Join('|', Errors(b => b
        .AddHandler<Receipt, ReceiptHandler>()
        .AddHandler<Receipt, OtherReceiptHandler>("old:*")
        .UseMiddleware<ReceiptMiddleware>(route)));

    private static string[] Errors(Action<IPgQueueBuilder> add) => Json.StartErrors(Json.With("{}"), services => add(services.AddPgQueue()));
}
