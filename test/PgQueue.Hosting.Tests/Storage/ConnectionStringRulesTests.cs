using PgQueue.Storage;

namespace PgQueue.Tests.Storage;

[Parallelizable(ParallelScope.Children)]
internal sealed class ConnectionStringRulesTests
{
    private const string Source = "PgQueue:ConnectionString";

    [TestCase("Host=h;Database=d;Username=u;Password=p")]
    [TestCase("Server=h;User Id=u;Pwd=p")]
    [TestCase("Host=h1,h2;Target Session Attributes=primary")]
    [TestCase("Host=h;Maximum Pool Size=5")]
    [TestCase("Host=h;Pooling=false;Maximum Pool Size=1")]
    public void A_good_one_is_taken(string text) => Assert.That(ConnectionStringRules.Check(Source, text, runsWorkers: true), Is.Empty);

    [TestCase("", "is empty")]
    [TestCase(" ", "is empty")]
    [TestCase("postgres://user:s3cret@h/db", "is a URL")]
    [TestCase("Host=h;Password=s3cret;nonsense", "is no connection string")]
    [TestCase("Host=h;Password=abc;s3cret=1", "has an unknown keyword. Write it")]
    [TestCase("Host=h;Pasword=s3cret", "has an unknown keyword. Did you mean Password?")]
    [TestCase("Host=h;Port=s3cret", "has a value for port that cannot be read")]
    [TestCase("Username=u;Password=s3cret", "names no Host")]
    [TestCase("Host=h;Target Session Attributes=standby;Password=s3cret", "a queue writes")]
    [TestCase("Host=h;Target Session Attributes=primary;Password=s3cret", "only supported with multiple hosts")]
    [TestCase("Host=h;Maximum Pool Size=6;Minimum Pool Size=7;Password=s3cret", "'Max Pool Size' 6 under 'Min Pool Size' 7")]
    [TestCase("Host=h;Password=s3cret;Maximum Pool Size=4", "has Maximum Pool Size=4")]
    public void A_bad_one_is_an_error_that_names_its_path_and_no_secret(string text, string reason) => Assert.That(
        ConnectionStringRules.Check(Source, text, runsWorkers: true).Single(),
        Does.StartWith(Source).And.Contain(reason).And.Not.Contain("s3cret"));

    [Test]
    public void C107_Multiplexing_is_refused_with_the_reason() => Assert.That(
        ConnectionStringRules.Check(Source, "Host=h;Multiplexing=true", runsWorkers: false),
        Is.EqualTo(new[] { $"{Source} has Multiplexing=true. Remove it: transactions and LISTEN need a connection of their own, which multiplexing does not give." }));
}
