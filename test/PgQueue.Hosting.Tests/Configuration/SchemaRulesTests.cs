using PgQueue.Configuration;

namespace PgQueue.Tests.Configuration;

[Parallelizable(ParallelScope.Children)]
internal sealed class SchemaRulesTests
{
    [Test]
    public void C94_A_schema_name_with_sql_in_it_is_refused() => Assert.That(
        SchemaRules.Check("public\"; drop table x;--", "PgQueue:Schema"),
        Is.EqualTo(new[] { "PgQueue:Schema (\"public\"; drop table x;--\") must be 1 to 48 of a-z 0-9 _, start with a letter or underscore, and not with pg_." }));

    [TestCase("Pgqueue")]
    [TestCase("pg_x")]
    [TestCase("pg_")]
    [TestCase("")]
    [TestCase(null)]
    [TestCase("a b")]
    [TestCase("a-b")]
    [TestCase("a.b")]
    [TestCase("a\n")]
    [TestCase("9a")]
    [TestCase("größe")]
    [TestCase("ı")]
    [TestCase("a９")]
    public void C95_A_schema_name_that_would_need_quoting_or_is_the_servers_is_refused(string? name) =>
        Assert.That(SchemaRules.IsName(name), Is.False);

    [TestCase("pgqueue")]
    [TestCase("_")]
    [TestCase("a9_")]
    [TestCase("pg")]
    [TestCase("pgx_1")]
    public void C95_A_plain_schema_name_is_taken(string name) => Assert.That(SchemaRules.IsName(name), Is.True);

    [Test]
    public void C95_A_schema_name_has_48_characters_at_most() => Assert.Multiple(() =>
    {
        Assert.That(SchemaRules.IsName(new string('a', 48)), Is.True);
        Assert.That(SchemaRules.IsName(new string('a', 49)), Is.False);
        Assert.That(SchemaRules.IsName(new string('a', 64)), Is.False);
    });
}
