using PgQueue.Configuration;

namespace PgQueue.Tests.Configuration;

[Parallelizable(ParallelScope.Children)]
internal sealed class SettingTextTests
{
    [TestCase("00:00:30", ExpectedResult = "00:00:30")]
    [TestCase("14.00:00:00", ExpectedResult = "14.00:00:00")]
    [TestCase("00:00:00.2", ExpectedResult = "00:00:00.2")]
    [TestCase("Infinite", ExpectedResult = "Infinite")]
    [TestCase("infinite", ExpectedResult = "Infinite")]
    [TestCase("-00:00:00.001", ExpectedResult = "Infinite")]
    [TestCase("30", ExpectedResult = null)]
    [TestCase("", ExpectedResult = null)]
    [TestCase("30s", ExpectedResult = null)]
    [TestCase("00:00:61", ExpectedResult = null)]
    public string? A_duration_has_colons_and_a_bare_number_is_none(string text) =>
        SettingText.Duration(text, out var value) is null ? SettingText.Show(value) : null;

    [TestCase("equal", ExpectedResult = Jitter.Equal)]
    [TestCase("Full", ExpectedResult = Jitter.Full)]
    [TestCase("1", ExpectedResult = null)]
    [TestCase("Equal,Full", ExpectedResult = null)]
    [TestCase("", ExpectedResult = null)]
    public Jitter? A_choice_is_a_name_in_any_case_and_no_number(string text) =>
        SettingText.Choice<Jitter>(text, out var value) is null ? value : null;

    [TestCase("20", ExpectedResult = 20)]
    [TestCase("-1", ExpectedResult = -1)]
    [TestCase("1.5", ExpectedResult = null)]
    [TestCase("1,000", ExpectedResult = null)]
    [TestCase("٢٠", ExpectedResult = null)]
    [TestCase("99999999999", ExpectedResult = null)]
    public int? A_whole_number_is_ascii_digits(string text) => SettingText.Whole(text, out var value) is null ? value : null;

    [Test]
    public void A_shown_text_is_short_and_forges_no_line() => Assert.Multiple(() =>
    {
        Assert.That(SettingText.Show("a\r\nb\u001b\u202e\u2028"), Is.EqualTo("\"a\\u000D\\u000Ab\\u001B\\u202E\\u2028\""));
        Assert.That(SettingText.Show(new string('a', 1000)), Has.Length.LessThan(100));
    });

    [TestCase("MaxAttemps", ExpectedResult = "MaxAttempts")]
    [TestCase("maxattempts", ExpectedResult = "MaxAttempts")]
    [TestCase("BaseDely", ExpectedResult = "BaseDelay")]
    [TestCase("Elephant", ExpectedResult = null)]
    public string? The_nearest_word_is_suggested_if_it_is_near(string word) => Suggestion.Nearest(word, ["BaseDelay", "MaxDelay", "MaxAttempts"]);
}
