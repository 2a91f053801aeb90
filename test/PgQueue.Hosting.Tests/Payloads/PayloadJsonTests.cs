using System.Text;
using System.Text.Json;
using PgQueue.Handlers;
using PgQueue.Payloads;
using static PgQueue.Tests.Payloads.PayloadSamples;

namespace PgQueue.Tests.Payloads;

[Parallelizable(ParallelScope.Children)]
internal sealed class PayloadJsonTests
{
    private static readonly PayloadSerializer Generated = new(new PayloadOptions { Json = PayloadContext.Default.Options });

    [Test]
    public void The_users_options_are_used_as_they_are() =>
        Assert.That(
            Encoding.UTF8.GetString(Generated.Write(new Order(1, new Customer("ä", ["b"])))),
            Is.EqualTo("""{"Id":1,"Customer":{"Name":"ä","Names":["b"]}}"""));

    [TestCase('\0', "NUL")]
    [TestCase('\ud800', "surrogate")]
    public void Generated_contracts_are_checked_too(char letter, string reason) =>
        Assert.That(
            () => Generated.Write(new Order(1, new Customer("a", [letter.ToString()]))),
            Throws.TypeOf<PayloadException>().With.Property("Field").EqualTo("$.Customer.Names[0]").And.Message.Contains(reason));

    [Test]
    public void A_getter_that_throws_is_found_in_generated_contracts() =>
        Assert.That(() => Generated.Write(new Throwing()), Throws.TypeOf<PayloadException>().With.Property("Field").EqualTo("$.Total"));

    [Test]
    public void A13_1e400_is_refused_in_generated_contracts() =>
        Assert.That(
            () => Generated.Read("""{"Values":[1e400]}"""u8, typeof(Numbers), new HandlerInvoker<Numbers, PayloadReadTests.Handler<Numbers>>()),
            Throws.TypeOf<PayloadException>().With.Property("Field").EqualTo("$.Values[0]"));

    [Test]
    public void A_class_the_context_does_not_list_is_refused_by_name() =>
        Assert.That(() => Generated.Write(new Text("a")), Throws.TypeOf<PayloadException>().With.Message.Contains("PayloadSamples+Text"));

    [Test]
    public void The_users_options_are_copied_so_that_a_later_change_has_no_effect()
    {
        var given = new JsonSerializerOptions();
        var serializer = new PayloadSerializer(new PayloadOptions { Json = given });
        given.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseUpper;
        Assert.That(Encoding.UTF8.GetString(serializer.Write(new Text("a"))), Is.EqualTo("""{"Value":"a"}"""));
    }

    [Test]
    public void Named_floating_point_literals_are_allowed_where_the_user_says_so()
    {
        var json = new JsonSerializerOptions { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };
        var serializer = new PayloadSerializer(new PayloadOptions { Json = json });
        Assert.That(Encoding.UTF8.GetString(serializer.Write(new Numbers([double.NaN]))), Is.EqualTo("""{"Values":["NaN"]}"""));
    }

    [Test]
    public void A_contract_is_made_once()
    {
        var first = Generated.TypeInfo(typeof(Order));
        Assert.That(Generated.TypeInfo(typeof(Order)), Is.SameAs(first));
    }
}
