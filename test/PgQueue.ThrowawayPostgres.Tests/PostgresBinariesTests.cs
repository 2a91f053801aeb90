namespace PgQueue.ThrowawayPostgres.Tests;

[Parallelizable(ParallelScope.Children)]
public sealed class PostgresBinariesTests
{
    [Test]
    public void Missing_version_is_answered_with_what_to_install()
    {
        Assert.That(
            () => PostgresBinaries.Find("99"),
            Throws.TypeOf<ThrowawayPostgresException>().With.Message.Contains("PostgreSQL 99")
                .And.Message.Contains("PGQUEUE_PG_BIN").And.Message.Contains("Install it: "));
    }

    [Test]
    public void Named_folder_without_binaries_is_refused()
    {
        Assert.That(
            () => PostgresBinaries.Find(binDirectory: Path.GetTempPath()),
            Throws.TypeOf<ThrowawayPostgresException>().With.Message.Contains($"BinDirectory is '{Path.GetTempPath()}'"));
    }

    [Test]
    public void Named_folder_of_another_version_is_refused()
    {
        var installed = PostgresBinaries.FindAll()[0];

        Assert.That(
            () => PostgresBinaries.Find("99", installed.BinDirectory),
            Throws.TypeOf<ThrowawayPostgresException>().With.Message.Contains($"holds PostgreSQL {installed.MajorVersion}, but version 99"));
    }

    [Test]
    public void Text_that_is_no_version_is_refused()
    {
        Assert.That(() => PostgresBinaries.Find("newest"), Throws.TypeOf<ThrowawayPostgresException>().With.Message.Contains("'newest'"));
    }

    [Test]
    public void Every_installed_version_is_found_by_its_number()
    {
        foreach (var major in PostgresBinaries.FindAll().Select(static one => one.MajorVersion))
            Assert.That(PostgresBinaries.Find($"{major}").MajorVersion, Is.EqualTo(major));
    }
}
