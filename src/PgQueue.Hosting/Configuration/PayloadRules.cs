namespace PgQueue.Configuration;

/// <summary>What <see cref="PayloadOptions"/> must fulfil.</summary>
internal static class PayloadRules
{
    public static IEnumerable<string> Check(PayloadOptions options, string path) =>
        Allowed.Range($"{path}:{nameof(options.MaxBytes)}", options.MaxBytes, 1024, 10 * 1024 * 1024);
}
