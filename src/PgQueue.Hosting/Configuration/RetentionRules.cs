namespace PgQueue.Configuration;

/// <summary>What <see cref="RetentionOptions"/> must fulfil. A day is the least, so that an enqueue repeated with the same id still finds its job.</summary>
internal static class RetentionRules
{
    public static IEnumerable<string> Check(RetentionOptions options, string path) =>
        Allowed.Range($"{path}:{nameof(options.History)}", options.History, TimeSpan.FromDays(1), Allowed.TenYears, orInfinite: true);
}
