using PgQueue.Handlers;

namespace PgQueue.Tests;

[Parallelizable(ParallelScope.Children)]
internal sealed class JobTypeNameTests
{
    [TestCase(typeof(SendReceiptJob), "send-receipt")]
    [TestCase(typeof(HTTPCall), "http-call")]
    [TestCase(typeof(Named), "billing:invoice")]
    [TestCase(typeof(Job), "job")]
    public void A_class_is_named_by_its_attribute_or_in_kebab_case_without_its_ending(Type payload, string expected) =>
        Assert.That(JobTypeName.Of(payload), Is.EqualTo(expected));

    [TestCase(typeof(string))]
    [TestCase(typeof(int[]))]
    [TestCase(typeof(List<HTTPCall>))]
    public void A_framework_type_an_array_and_a_generic_class_have_no_name_of_their_own(Type payload) =>
        Assert.That(JobTypeName.Of(payload), Is.Null);

    [TestCase("a", ExpectedResult = true)]
    [TestCase("a.b_c:d-9", ExpectedResult = true)]
    [TestCase("", ExpectedResult = false)]
    [TestCase("A", ExpectedResult = false)]
    [TestCase("a b", ExpectedResult = false)]
    [TestCase("a*", ExpectedResult = false)]
    [TestCase("ı", ExpectedResult = false)]
    public bool A_name_is_lower_case_ascii(string name) => JobTypeName.IsValid(name);

    [TestCase("cleanup:*", ExpectedResult = true)]
    [TestCase("*", ExpectedResult = true)]
    [TestCase("a*b", ExpectedResult = false)]
    public bool A_route_may_end_in_a_star(string route) => JobTypeName.IsValid(route, route: true);

    private sealed record SendReceiptJob;

    private sealed record HTTPCall;

    private sealed record Job;

    [JobType("billing:invoice")]
    private sealed record Named;
}
