using System.Diagnostics;
using PgQueue.Payloads;

namespace PgQueue.Diagnostics;

/// <summary>
/// Carries the span of an enqueue in its jobs' headers, as W3C <c>traceparent</c> and <c>tracestate</c>. Jobs of a large call are only linked to
/// it: a trace of a hundred thousand runs can be shown by nobody.
/// </summary>
internal sealed class TraceHeaders
{
    /// <summary>Calls with more jobs are large.</summary>
    public const int LargestFamily = 100;

    public const string Parent = "traceparent";
    public const string State = "tracestate";
    public const string Link = ScheduledRunHeaders.Prefix + "link";
    private const int LongestState = 512;
    private readonly string _name;
    private readonly string _parent;
    private readonly string? _state;
    private readonly byte[] _alone;

    private TraceHeaders(Activity activity, bool isLarge)
    {
        _name = isLarge ? Link : Parent;
        _parent = activity.Id!;
        _state = isLarge || !IsPlain(activity.TraceStateString) ? null : activity.TraceStateString;
        _alone = HeaderCodec.Write(Added(new Dictionary<string, string>(StringComparer.Ordinal)))!;
    }

    /// <summary>The headers of a call's jobs; null if the span has no W3C id.</summary>
    public static TraceHeaders? Of(Activity? activity, int jobs) =>
        activity is { IdFormat: ActivityIdFormat.W3C, Id: not null } ? new TraceHeaders(activity, jobs > LargestFamily) : null;

    /// <summary>The user's headers with these. A <c>traceparent</c> of the user's own is left alone. Shared by all jobs that have no others.</summary>
    public byte[]? Write(IReadOnlyDictionary<string, string>? own)
    {
        if (own is null || own.Count == 0)
            return _alone;
        return HeaderCodec.Write(own.ContainsKey(Parent) || own.ContainsKey(State) ? own : Added(new Dictionary<string, string>(own, StringComparer.Ordinal)));
    }

    /// <summary>The span that a run continues, or the one that it is only linked to; both are empty for a job without.</summary>
    public static (ActivityContext Parent, ActivityContext Link) Read(IReadOnlyDictionary<string, string> headers)
    {
        if (headers.Count == 0)
            return default;
        if (headers.TryGetValue(Parent, out var text) && ActivityContext.TryParse(text, headers.GetValueOrDefault(State), isRemote: true, out var parent))
            return (parent, default);
        return headers.TryGetValue(Link, out text) && ActivityContext.TryParse(text, traceState: null, isRemote: true, out var link) ? (default, link) : default;
    }

    private Dictionary<string, string> Added(Dictionary<string, string> headers)
    {
        headers[_name] = _parent;
        if (_state is not null)
            headers[State] = _state;
        return headers;
    }

    /// <summary>Whether it may be stored: as long as the standard asks to carry, and nothing but printable characters.</summary>
    private static bool IsPlain(string? state) =>
        state is { Length: > 0 and <= LongestState } && !state.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
