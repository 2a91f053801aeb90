using PgQueue.Cron;

namespace PgQueue.Tests.Cron;

/// <summary>Section B of the bad-input corpus, and more.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class CronErrorTests
{
    [TestCase("* 24 * * *", "hour", 3, "24 is out of range; expected is a number from 0 to 23")]
    [TestCase("60 * * * *", "minute", 1, "from 0 to 59")]
    [TestCase("60 * * * * *", "second", 1, "from 0 to 59")]
    [TestCase("* * 0 * *", "day of month", 5, "from 1 to 31")]
    [TestCase("* * 32 * *", "day of month", 5, "from 1 to 31")]
    [TestCase("* * * 13 *", "month", 7, "from 1 to 12 or a name JAN to DEC")]
    [TestCase("* * * 0 *", "month", 7, "from 1 to 12")]
    [TestCase("* * * * 8", "day of week", 9, "from 0 to 7 or a name SUN to SAT")]
    [TestCase("*/-1 * * * *", "minute", 3, "'-' stands where a step from 1 to 59 is expected")]
    [TestCase("*/0 * * * *", "minute", 3, "0 is out of range; expected is a step from 1 to 59")]
    [TestCase("*/60 * * * *", "minute", 3, "a step from 1 to 59")]
    [TestCase("* */24 * * *", "hour", 5, "a step from 1 to 23")]
    [TestCase("* * */32 * *", "day of month", 7, "a step from 1 to 31")]
    [TestCase("*/ * * * *", "minute", 3, "the field ends where a step")]
    [TestCase("1-/2 * * * *", "minute", 3, "'/' stands where")]
    [TestCase("1- * * * *", "minute", 3, "the field ends where")]
    [TestCase("-1 * * * *", "minute", 1, "'-' stands where")]
    [TestCase("1,,2 * * * *", "minute", 3, "',' stands where")]
    [TestCase("1, * * * *", "minute", 3, "the field ends where")]
    [TestCase("* * * * 1,", "day of week", 11, "the field ends where")]
    [TestCase("a * * * *", "minute", 1, "'a' stands where a number from 0 to 59 is expected")]
    [TestCase("*,5 * * * *", "minute", 2, "a list cannot follow")]
    [TestCase("5,* * * * *", "minute", 3, "'*' stands where")]
    [TestCase("** * * * *", "minute", 2, "'*' cannot follow")]
    [TestCase("1.5 * * * *", "minute", 2, "'.' cannot follow")]
    [TestCase("1-5-9 * * * *", "minute", 4, "'-' cannot follow")]
    [TestCase("1/2/3 * * * *", "minute", 4, "'/' cannot follow")]
    [TestCase("007 * * * *", "minute", 1, "too long")]
    [TestCase("99999999999999999999 * * * *", "minute", 1, "too long")]
    [TestCase("? * * * *", "minute", 1, "'?' is allowed only in the day of month and day of week fields")]
    [TestCase("* L * * *", "hour", 3, "'L' stands where")]
    [TestCase("5L * * * *", "minute", 2, "'L' is not allowed in the minute field")]
    [TestCase("* * 5L * *", "day of month", 6, "L stands alone")]
    [TestCase("* * 1,L * *", "day of month", 7, "'L' stands where")]
    [TestCase("* * L,1 * *", "day of month", 6, "a list cannot follow")]
    [TestCase("* * L-31 * *", "day of month", 7, "from 0 to 30")]
    [TestCase("* * W * *", "day of month", 5, "'W' stands where")]
    [TestCase("* * 15W,20 * *", "day of month", 8, "a list cannot follow")]
    [TestCase("* * 1-5W * *", "day of month", 8, "W stands after one day")]
    [TestCase("* * 32W * *", "day of month", 5, "from 1 to 31")]
    [TestCase("* * 5#2 * *", "day of month", 6, "'#' is not allowed")]
    [TestCase("* * * * MON#6", "day of week", 13, "the week of a month from 1 to 5")]
    [TestCase("* * * * MON#0", "day of week", 13, "from 1 to 5")]
    [TestCase("* * * 2 MON#", "day of week", 13, "the field ends where")]
    [TestCase("* * * * MON#1,TUE#2", "day of week", 14, "a list cannot follow")]
    [TestCase("* * * * 1-5L", "day of week", 12, "L stands alone")]
    [TestCase("* * * * L", "day of week", 9, "'L' begins no name")]
    [TestCase("* * * * 5W", "day of week", 10, "'W' is not allowed")]
    [TestCase("* * * * MONDAY", "day of week", 12, "'D' cannot follow")]
    [TestCase("* * * * XYZ", "day of week", 9, "a name SUN to SAT")]
    [TestCase("* * * MO *", "month", 7, "a name JAN to DEC")]
    [TestCase("* * * * * 8", "day of week", 11, "from 0 to 7")]
    [TestCase("５ * * * *", "minute", 1, "U+FF15")]
    [TestCase("* * * * ٣", "day of week", 9, "U+0663")]
    [TestCase("* *\n* * *", "hour", 4, "U+000A")]
    [TestCase("* * * * *\n", "day of week", 10, "U+000A")]
    [TestCase("* * * * *\0", "day of week", 10, "U+0000")]
    [TestCase("* * * * İ", "day of week", 9, "U+0130")]
    [TestCase("* * * * \u200b*", "day of week", 9, "U+200B")]
    [TestCase(",", null, null, "it has 1 field;")]
    [TestCase("* * * *", null, null, "it has 4 fields;")]
    [TestCase("* * * * * * 2027", null, 13, "no field for the year")]
    [TestCase("", null, null, "it is empty")]
    [TestCase("  \t ", null, null, "it is empty")]
    [TestCase("@", null, 1, "no such macro")]
    [TestCase("@reboot", null, 1, "no such macro")]
    [TestCase(" @dayly", null, 2, "Did you mean @daily?")]
    [TestCase("@daily x", null, 1, "no such macro")]
    public void An_error_names_the_field_the_position_and_what_would_be_right(string cron, string? field, int? position, string reason) =>
        Check(cron, field, position, reason);

    [TestCase("0 0 30 2 *", 5)]
    [TestCase("0 0 31 4,6 *", 5)]
    [TestCase("0 0 0 31 2,4,6,9,11 *", 7)]
    [TestCase("0 0 L-30 2 *", 5)]
    [TestCase("0 0 31W 9 *", 5)]
    [TestCase("0 0 1-7 * MON#2", 5)]
    [TestCase("0 0 29 2 MON#4", 5)]
    [TestCase("0 0 15W * SUN", 5)]
    [TestCase("0 0 1-20 * 5L", 5)]
    public void An_expression_that_never_occurs_is_refused(string cron, int position) => Check(cron, "day of month", position, "it never occurs");

    [TestCase("H(5-2) * * * *", "minute", 3, "backwards")]
    [TestCase("H(0-60) * * * *", "minute", 5, "from 0 to 59")]
    [TestCase("H(0) * * * *", "minute", 4, "'-' is expected")]
    [TestCase("H(0-5 * * * *", "minute", 6, "')' is expected")]
    [TestCase("H-5 * * * *", "minute", 2, "'-' cannot follow; the forms are H, H(0-29), H/15")]
    [TestCase("H/5/5 * * * *", "minute", 4, "'/' cannot follow")]
    [TestCase("H/0 * * * *", "minute", 3, "from 1 to 59")]
    [TestCase("H/60 * * * *", "minute", 3, "from 1 to 59")]
    [TestCase("* * H(0-9) * *", "day of month", 7, "from 1 to 31")]
    [TestCase("H(0-29)/10 H H H 99", "day of week", 18, "99 is out of range")]
    [TestCase("H H H HX *", "month", 7, "'H' begins no name")]
    public void An_error_beside_H_is_placed_in_the_text_as_written(string cron, string field, int position, string reason) =>
        Check(cron, field, position, reason);

    [TestCase("@every", 7, "the duration is missing")]
    [TestCase("@every ", 8, "the duration is missing")]
    [TestCase("@every 0s", 8, "out of range")]
    [TestCase("@every -5s", 8, "'-' stands where a number is expected")]
    [TestCase("@every 367d", 8, "out of range")]
    [TestCase("@every 500ms", 12, "'s' stands where a number is expected")]
    [TestCase("@every 1.5h", 9, "'.' is no unit")]
    [TestCase("@every 90", 10, "the unit is missing")]
    [TestCase("@every 5m1h", 11, "in this order")]
    [TestCase("@every 5s5s", 11, "each once")]
    [TestCase("@every 1w", 9, "'w' is no unit")]
    [TestCase("@every 999999999999d", 8, "too long")]
    [TestCase("@everything", 7, "'t' stands where")]
    public void A_duration_at_fault_is_told_with_its_position(string cron, int position, string reason) => Check(cron, null, position, reason);

    [Test]
    public void A_long_expression_is_refused_and_not_repeated_whole()
    {
        var cron = string.Join(',', Enumerable.Repeat("1", 5 * 1024)) + " * * * *";
        var fault = Assert.Throws<CronFormatException>(() => Times.Parse(cron))!;
        Assert.That(fault.Reason, Does.Contain("256 are allowed"));
        Assert.That(fault.Message, Has.Length.LessThan(300));
        Assert.That(fault.Expression, Has.Length.EqualTo(CronText.LongestText + 1));
        Assert.That(() => Times.Parse(cron[..(CronText.LongestText - 9)] + " * * * *"), Throws.Nothing);
    }

    // an attribute cannot hold half a pair
    [Test]
    public void Half_a_surrogate_pair_is_refused() => Check("* * * * \ud83d", "day of week", 9, "U+D83D");

    private static void Check(string cron, string? field, int? position, string reason)
    {
        var fault = Assert.Throws<CronFormatException>(() => Times.Parse(cron))!;
        Assert.That((fault.Field, fault.Position), Is.EqualTo((field, position)), fault.Message);
        Assert.That(fault.Reason, Does.Contain(reason));
        Assert.That(fault.Expression, Is.EqualTo(cron));
        Assert.That(fault.Message.All(c => c is (>= ' ' and <= '~') or '\uFFFD' or '…'), Is.True, "what is not printable must not reach a log");
        if (position is { } at)
            Assert.That(fault.Message, Does.Contain($"position {at}"));
    }
}
