using System.Diagnostics;

namespace PgQueue.ProcessTests;

/// <summary>One run of one job in one process, from start to end; a killed process's open run ends with it.</summary>
internal sealed record Run(Guid Job, int Process, long Token, long From, long To, long? CancelledAt, string Kind)
{
    public static List<Run> All(IReadOnlyList<Event> events, IReadOnlyDictionary<int, long> deaths)
    {
        var ends = events.Where(e => e.Kind == "end").ToDictionary(e => (e.Process, e.Job, e.Token), e => e.At);
        var cancels = events.Where(e => e.Kind == "token-cancelled").GroupBy(e => (e.Process, e.Job, e.Token)).ToDictionary(g => g.Key, g => g.First().At);
        return
        [
            .. events.Where(e => e.Kind == "start").Select(e => new Run(
                e.Job, e.Process, e.Token, e.At,
                ends.TryGetValue((e.Process, e.Job, e.Token), out var end) ? end : deaths.GetValueOrDefault(e.Process, long.MaxValue),
                cancels.TryGetValue((e.Process, e.Job, e.Token), out var at) ? at : null, e.Extra)),
        ];
    }

    public bool Overlaps(Run other) => Job == other.Job && From < other.To && other.From < To;

    public TimeSpan Since(long at) => Stopwatch.GetElapsedTime(at, From);
}
