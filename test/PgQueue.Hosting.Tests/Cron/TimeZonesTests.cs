using PgQueue.Cron;

namespace PgQueue.Tests.Cron;

[Parallelizable(ParallelScope.Children)]
internal sealed class TimeZonesTests
{
    [TestCase("UTC", "UTC")]
    [TestCase("utc", "UTC")]
    [TestCase("Europe/Dublin", "Europe/Dublin")]
    [TestCase("europe/dublin", "Europe/Dublin")]
    [TestCase("GMT Standard Time", "Europe/London")]
    [TestCase("W. Europe Standard Time", "Europe/Berlin")]
    [TestCase("Eastern Standard Time", "America/New_York")]
    public void A_zone_is_found_by_either_id_on_any_system(string id, string canonical)
    {
        Assert.That(TimeZones.CanonicalId(id), Is.EqualTo(canonical));
        Assert.That(TimeZones.Find(id).HasSameRules(TimeZones.Find(canonical)), Is.True);
    }

    [TestCase("Europe/Amsterdm", "Did you mean 'Europe/Amsterdam'?")]
    [TestCase("Dublin", "Did you mean 'Europe/Dublin'?")]
    [TestCase("America/NewYork", "Did you mean 'America/New_York'?")]
    [TestCase("Mars/Base", "There is no time zone 'Mars/Base' on this machine. An id is an IANA name")]
    [TestCase("", "There is no time zone \"\" (empty")]
    [TestCase("../../etc/passwd", " (empty, too long, or with characters that no id has)")]
    [TestCase("/etc/localtime", " (empty, too long, or with characters that no id has)")]
    [TestCase("Europe/\nDublin", " (empty, too long, or with characters that no id has)")]
    [TestCase("Europe/İstanbul", " (empty, too long, or with characters that no id has)")]
    public void An_unknown_zone_is_told_with_what_may_be_meant(string id, string expected)
    {
        var fault = Assert.Throws<TimeZoneException>(() => TimeZones.Find(id))!;
        Assert.That(fault.Message, Does.Contain(expected));
        Assert.That(fault.Message, Has.No.Member('\n'));
        Assert.That(fault.Zone, Is.EqualTo(id));
    }

    [Test]
    public void A_huge_id_is_not_repeated()
    {
        var fault = Assert.Throws<TimeZoneException>(() => TimeZones.Find(new string('x', 10_000)))!;
        Assert.That(fault.Message, Has.Length.LessThan(300));
        Assert.That(fault.Zone, Has.Length.EqualTo(64));
    }

    [Test]
    public void Without_zone_data_the_error_says_what_to_install() =>
        Assert.That(TimeZones.Unknown("Europe/Dublin", ["UTC"]).Message, Does.Contain("tzdata").And.Contain("apk add").And.Contain("-extra"));
}
