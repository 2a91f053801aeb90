using PgQueue.Configuration;

namespace PgQueue.Tests.Configuration;

[Parallelizable(ParallelScope.Children)]
internal sealed class CSharpNameTests
{
    [TestCase(typeof(List<int>), ExpectedResult = "List<int>")]
    [TestCase(typeof(Dictionary<string, List<object[]>>), ExpectedResult = "Dictionary<string, List<object[]>>")]
    [TestCase(typeof(int?[,]), ExpectedResult = "int?[,]")]
    [TestCase(typeof(DayOfWeek), ExpectedResult = "DayOfWeek")]
    [TestCase(typeof(Dictionary<int, bool>.KeyCollection), ExpectedResult = "KeyCollection")]
    [TestCase(typeof(CSharpNameTests), ExpectedResult = "CSharpNameTests")]
    public string A_type_is_shown_as_it_is_written(Type type) => CSharpName.Of(type);

    [Test]
    public void An_anonymous_class_is_called_one() => Assert.That(CSharpName.Of(new { A = 1 }.GetType()), Is.EqualTo("an anonymous class"));
}
