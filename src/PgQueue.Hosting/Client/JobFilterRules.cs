using PgQueue.Configuration;
using PgQueue.Handlers;

namespace PgQueue.Client;

/// <summary>Refuses filters that are malformed, before anything is sent.</summary>
internal static class JobFilterRules
{
    private const int LongestError = 200;

    /// <exception cref="InvalidJobFilterException">The first field at fault.</exception>
    public static void Check(JobFilter filter)
    {
        if (filter.State is { } state && !Enum.IsDefined(state))
            throw new InvalidJobFilterException(nameof(filter.State), $"{(int)state} is not a JobState.");
        if (filter.Queue is { } queue && !QueueRules.IsName(queue))
            throw new InvalidJobFilterException(nameof(filter.Queue), $"{SettingText.Show(queue)} is no queue name. It must be 1 to 64 of a-z 0-9 . _ : -");
        if (filter.Type is { } type && !JobTypeName.IsValid(type, route: true))
            throw new InvalidJobFilterException(nameof(filter.Type), $"{SettingText.Show(type)} is no type name or prefix. It must be 1 to 128 of a-z 0-9 . _ : - and at most one * at the end.");
        if (filter.Since >= filter.Until)
            throw new InvalidJobFilterException(nameof(filter.Until), "it is not after Since.");
        if (filter.Error is not { } error)
            return;
        if (filter.State is not (JobState.Failed or JobState.Cancelled or JobState.Superseded))
            throw new InvalidJobFilterException(nameof(filter.Error), "only failed, cancelled and superseded jobs are found by their error. Set State to one of these.");
        if (error.Length is 0 or > LongestError || error.Contains('\0'))
            throw new InvalidJobFilterException(nameof(filter.Error), $"it has {error.Length} characters. Allowed are 1 to {LongestError}, without NUL (U+0000).");
        if (!ActRules.IsText(error))
            throw new InvalidJobFilterException(nameof(filter.Error), "it contains half of a surrogate pair, which is not text.");
    }

    public static void CheckState(JobFilter filter, string act, params ReadOnlySpan<JobState> allowed)
    {
        if (filter.State is not { } state || !allowed.Contains(state))
            throw new InvalidJobFilterException(nameof(filter.State), $"to {act} many jobs, set it to {string.Join(" or ", allowed.ToArray())}.");
    }
}
