using System.Diagnostics;

namespace PgQueue.ProcessTests;

/// <summary>Holds what the processes wrote down against the final tables. It shares no code with the library.</summary>
internal static class Checker
{
    public static async Task<Verdict> CheckAsync(Arena arena)
    {
        var deaths = arena.Children.Where(c => c.DeadAt != 0).ToDictionary(c => c.Id, c => c.DeadAt);
        var frozen = arena.Children.ToDictionary(c => c.Id, c => (IReadOnlyList<(long From, long To)>)c.Frozen);
        var stored = (await arena.ListAsync<Guid>("select id from pgqueue.job")).ToHashSet();
        var finished = (await arena.ListAsync<Guid>("select distinct job_id from pgqueue.attempt where outcome in (2, 4, 5, 9)")).ToHashSet();
        var verdict = Histories(arena.Events(), arena.Acked, stored, finished, deaths, frozen);
        await TableChecks.AddAsync(arena, verdict.Complaints);
        verdict.Figures.AddRange(await arena.ListAsync<string>(
            """
            select (array['?','?','succeeded','retried','failed','cancelled','released','snoozed','deferred','superseded','lost'])[outcome + 1]
              || ' ' || count(*) from pgqueue.attempt group by outcome order by outcome
            """));
        return verdict;
    }

    /// <summary>The checks that need the histories.</summary>
    public static Verdict Histories(
        IReadOnlyList<Event> events, IEnumerable<Guid> ackedHere, HashSet<Guid> stored, HashSet<Guid> finished,
        IReadOnlyDictionary<int, long> deaths, IReadOnlyDictionary<int, IReadOnlyList<(long From, long To)>> frozen)
    {
        var complaints = new List<string>();
        var acked = Jobs(events, "enq.ok");
        acked.UnionWith(ackedHere);
        var unsure = Jobs(events, "enq.info");
        var refused = Jobs(events, "enq.fail");
        var runs = Run.All(events, deaths);
        Complain(complaints, "lost", acked.Except(finished));
        Complain(complaints, "stored though refused", stored.Intersect(refused));
        Complain(complaints, "stored though never sent", stored.Except(acked).Except(unsure).Except(refused));
        Complain(complaints, "ran though never stored", runs.Select(r => r.Job).Except(stored));
        Complain(complaints, "one token ran twice", runs.GroupBy(r => (r.Job, r.Token)).Where(g => g.Skip(1).Any()).Select(g => g.Key.Job));
        Complain(complaints, "a later run has a smaller token", runs.GroupBy(r => r.Job)
            .Where(g => g.OrderBy(r => r.From).Select(r => r.Token) is var tokens && !tokens.SequenceEqual(tokens.Order())).Select(g => g.Key));
        Complain(complaints, "a stale effect was taken", Stale(events));

        var overlaps = Overlaps(runs);
        var zombies = overlaps.Where(o => frozen.GetValueOrDefault(o.First.Process, []).Any(f => f.From < o.First.To && f.To > o.First.From)).ToList();
        Complain(complaints, "two runs at once", overlaps.Except(zombies).Select(o => o.First.Job));
        var longest = zombies.Select(o => (o.First.CancelledAt ?? o.First.To) - frozen[o.First.Process].Last(f => f.From < o.First.To).To)
            .Where(t => t > 0).Select(t => Stopwatch.GetElapsedTime(0, t).TotalMilliseconds).DefaultIfEmpty(0).Max();
        return new Verdict(complaints,
        [
            $"{acked.Count} acked", $"{runs.Count} runs", $"{unsure.Count} unsure of which {unsure.Intersect(stored).Count()} stored", $"{refused.Count} refused",
            $"overlaps alive {overlaps.Count - zombies.Count}, frozen {zombies.Count} (told to stop within {longest:0} ms)",
            $"stale effects refused {events.Count(e => e.Kind == "effect.stale")}",
        ]);
    }

    private static HashSet<Guid> Jobs(IEnumerable<Event> events, string kind) => [.. events.Where(e => e.Kind == kind).Select(e => e.Job)];

    private static IEnumerable<Guid> Stale(IEnumerable<Event> events) =>
        from job in events.Where(e => e.Kind == "effect.ok").GroupBy(e => e.Job)
        let tokens = job.OrderBy(e => e.At).Select(e => e.Token).ToList()
        where tokens.Zip(tokens.Skip(1)).Any(p => p.Second <= p.First)
        select job.Key;

    private static List<(Run First, Run Second)> Overlaps(IEnumerable<Run> runs) =>
    [
        .. from job in runs.GroupBy(r => r.Job)
           let sorted = job.OrderBy(r => r.From).ToList()
           from i in Enumerable.Range(0, sorted.Count)
           from second in sorted.Skip(i + 1)
           where sorted[i].Overlaps(second)
           select (sorted[i], second),
    ];

    private static void Complain(List<string> complaints, string what, IEnumerable<Guid> jobs)
    {
        var all = jobs.ToList();
        if (all.Count > 0)
            complaints.Add($"{all.Count} {what}: {string.Join(", ", all.Take(3))}");
    }
}
