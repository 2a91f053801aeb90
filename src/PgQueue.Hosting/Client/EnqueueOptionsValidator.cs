using System.Globalization;
using System.Text;
using PgQueue.Handlers;
using PgQueue.Payloads;

namespace PgQueue.Client;

/// <summary>Refuses enqueue options that are out of range, before anything is sent. Allocates nothing when all is well.</summary>
internal static class EnqueueOptionsValidator
{
    private const int MaxQueueName = 64;
    private const int MaxAttempts = 1000;
    private const int MaxKeyBytes = 256;
    private const int MaxHeaders = 64;
    private const int MaxHeaderName = 128;
    private const int MaxHeaderValue = 4096;
    private const int FirstYear = 2000;
    private const int LastYear = 9000;

    private static readonly TimeSpan TenYears = TimeSpan.FromDays(3660);
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(20);
    private static readonly TimeSpan ShortestPeriod = TimeSpan.FromSeconds(1);

    /// <exception cref="InvalidJobException">The first option at fault.</exception>
    public static void Check(EnqueueOptions options)
    {
        CheckName(nameof(options.Type), options.Type, JobTypeName.MaxLength);
        CheckName(nameof(options.Queue), options.Queue, MaxQueueName);
        CheckNumber(nameof(options.Priority), options.Priority, JobPriority.Lowest, JobPriority.Highest);
        CheckNumber(nameof(options.MaxAttempts), options.MaxAttempts ?? 1, 1, MaxAttempts);
        CheckDue(options);
        if (options.Timeout is { } timeout && timeout != Timeout.InfiniteTimeSpan)
            CheckSpan(nameof(options.Timeout), timeout, ShortestTimeout, LongestTimeout, "10 milliseconds to 20 days, or Timeout.InfiniteTimeSpan for none");
        CheckDeduplication(options);
        CheckHeaders(options.Headers);
        if (options.JobId == Guid.Empty)
            throw new InvalidJobException(nameof(options.JobId), "it is Guid.Empty. Give an id of your own, or leave it out and get a new one.");
    }

    private static void CheckName(string field, string? name, int maxLength)
    {
        if (name is not null && (name.Length > maxLength || !JobTypeName.IsValid(name)))
            throw Invalid(field, $"{Shown(name)} is not a name. Allowed are 1 to {maxLength} of a-z 0-9 . _ : -");
    }

    private static void CheckNumber(string field, int value, int lowest, int highest)
    {
        if (value < lowest || value > highest)
            throw Invalid(field, $"{value} is out of range. Allowed are {lowest} to {highest}.");
    }

    private static void CheckSpan(string field, TimeSpan value, TimeSpan shortest, TimeSpan longest, string range)
    {
        if (value < shortest || value > longest)
            throw Invalid(field, $"{value:c} is out of range. Allowed are {range}.");
    }

    private static void CheckDue(EnqueueOptions options)
    {
        if (options.Delay is { } delay)
        {
            CheckSpan(nameof(options.Delay), delay, TimeSpan.Zero, TenYears, "zero to 10 years");
            if (options.RunAt is not null)
                throw new InvalidJobException(nameof(options.RunAt), "it is set together with Delay. Set one of the two.");
        }

        if (options.RunAt is { UtcDateTime: { Year: < FirstYear or > LastYear } instant })
            throw Invalid(nameof(options.RunAt), $"{instant:O} is out of range. Allowed are the years {FirstYear} to {LastYear}.");
    }

    private static void CheckDeduplication(EnqueueOptions options)
    {
        if (options.DeduplicationScope is < DeduplicationScope.UntilFinished or > DeduplicationScope.WhileRetained)
            throw Invalid(nameof(options.DeduplicationScope), $"{(int)options.DeduplicationScope} is not a DeduplicationScope.");
        if (options.OnDuplicate is not (DuplicateAction.ReturnExisting or DuplicateAction.Replace))
            throw Invalid(nameof(options.OnDuplicate), $"{(int)options.OnDuplicate} is not a DuplicateAction.");
        var isPeriod = options.DeduplicationScope == DeduplicationScope.Period;
        if (isPeriod && options.DeduplicationPeriod is null)
            throw new InvalidJobException(nameof(options.DeduplicationPeriod), "it is missing. DeduplicationScope.Period needs one, of 1 second to 10 years.");
        if (!isPeriod && options.DeduplicationPeriod is not null)
            throw Invalid(nameof(options.DeduplicationPeriod), $"it is set, but DeduplicationScope is {options.DeduplicationScope}. Set DeduplicationScope.Period too.");
        if (options.DeduplicationPeriod is { } period)
            CheckSpan(nameof(options.DeduplicationPeriod), period, ShortestPeriod, TenYears, "1 second to 10 years");
        CheckKey(options);
    }

    private static void CheckKey(EnqueueOptions options)
    {
        const string Field = nameof(options.DeduplicationKey);
        if (options.DeduplicationKey is not { } key)
        {
            // A setting that would be silently ignored usually means that the key was lost on the way.
            if (options.DeduplicationScope != DeduplicationScope.UntilFinished || options.OnDuplicate != DuplicateAction.ReturnExisting)
                throw new InvalidJobException(Field, "it is missing, but DeduplicationScope or OnDuplicate is set, which mean nothing without it.");
            return;
        }

        CheckText(Field, "the key", key);
        var bytes = Encoding.UTF8.GetByteCount(key);
        if (bytes is 0 or > MaxKeyBytes)
            throw Invalid(Field, $"the key has {bytes} bytes in UTF-8. Allowed are 1 to {MaxKeyBytes}; hash a longer one.");
    }

    private static void CheckHeaders(IReadOnlyDictionary<string, string>? headers)
    {
        if (headers is null)
            return;
        if (headers.Count > MaxHeaders)
            throw Invalid(nameof(EnqueueOptions.Headers), $"there are {headers.Count}. Allowed are at most {MaxHeaders}.");

        // The interface's enumerator would be boxed for every job of a bulk.
        if (headers is Dictionary<string, string> dictionary)
            foreach (var (name, value) in dictionary)
                CheckHeader(name, value);
        else
            foreach (var (name, value) in headers)
                CheckHeader(name, value);
    }

    private static void CheckHeader(string name, string? value)
    {
        const string Field = nameof(EnqueueOptions.Headers);
        if (name.Length is 0 or > MaxHeaderName)
            throw Invalid(Field, $"a name has {name.Length} characters. Allowed are 1 to {MaxHeaderName}.");
        if (name.StartsWith(ScheduledRunHeaders.Prefix, StringComparison.OrdinalIgnoreCase))
            throw Invalid(Field, $"the name {Shown(name)} begins with {ScheduledRunHeaders.Prefix}, which is kept for the queue's own headers.");
        CheckText(Field, "a name", name);
        if (value is null)
            throw Invalid(Field, $"the value of {Shown(name)} is null. Leave the header out.");
        if (value.Length > MaxHeaderValue)
            throw Invalid(Field, $"the value of {Shown(name)} has {value.Length} characters. Allowed are at most {MaxHeaderValue}.");
        CheckText(Field, "a value", value);
    }

    private static void CheckText(string field, string what, string text)
    {
        if (text.Contains('\0'))
            throw Invalid(field, $"{what} contains the character NUL (U+0000), which PostgreSQL cannot store.");
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var at = rest.IndexOfAnyInRange('\uD800', '\uDFFF');
            if (at < 0)
                return;
            if (Rune.DecodeFromUtf16(rest[at..], out _, out var length) != System.Buffers.OperationStatus.Done)
                throw Invalid(field, $"{what} contains half of a surrogate pair, which is not text.");
            rest = rest[(at + length)..];
        }
    }

    private static string Shown(string name) => name.Length == 0 ? "The empty string" : $"'{ErrorText.Clean(name, MaxQueueName).ReplaceLineEndings(" ")}'";

    private static InvalidJobException Invalid(string field, FormattableString message) => new(field, message.ToString(CultureInfo.InvariantCulture));
}
