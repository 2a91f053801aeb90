using Microsoft.Extensions.Logging.Abstractions;
using PgQueue.Leases;
using PgQueue.Loops;
using PgQueue.Storage;
using PgQueue.Worker;

namespace PgQueue.Tests.Worker;

/// <summary>How many jobs of dead workers start, and when.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class SuspectsTests
{
    private static readonly TimeSpan Probation = TimeSpan.FromSeconds(1);

    [Test]
    public void Twice_as_many_start_when_the_last_have_ended_or_have_run_for_a_second()
    {
        var (time, started) = (new StillTime(), new List<WorkItem>());
        var suspects = new Suspects(() => started.Count, time, NullLogger.Instance);
        var first = Items(1);
        Assert.That((suspects.Room, suspects.Admit(first, started.Add).Count), Is.EqualTo((1, 0)));
        Assert.That((suspects.Room, suspects.FreeIn), Is.EqualTo((0, (TimeSpan?)Probation)));
        time.Now += Probation.Ticks;
        Assert.That(suspects.Room, Is.EqualTo(2), "it has run for a second and may go on");
        var second = Items(2);
        suspects.Admit(second, started.Add);
        suspects.Finished(first[0].Job.Id);
        suspects.Finished(second[0].Job.Id);
        Assert.That(suspects.Room, Is.Zero, "one of the last two runs");
        suspects.Finished(second[1].Job.Id);
        Assert.That(suspects.Room, Is.EqualTo(4), "both have ended");
        Assert.That(suspects.Admit(Items(6), started.Add), Has.Count.EqualTo(2));
        Assert.That((started.Count, suspects.BlocksClaims), Is.EqualTo((7, false)));
        suspects.Doubt();
        time.Now += Probation.Ticks;
        Assert.That(suspects.Room, Is.EqualTo(1), "others have died since");
    }

    [Test]
    public void After_two_deaths_one_starts_only_when_nothing_runs_and_the_next_lot_is_of_one()
    {
        var (time, started, held) = (new StillTime(), new List<WorkItem>(), 3);
        var suspects = new Suspects(() => held, time, NullLogger.Instance);
        suspects.Admit(Items(1), started.Add);
        time.Now += Probation.Ticks;
        WorkItem[] mixed = [.. Items(1, crashes: 2), .. Items(1)];
        Assert.That(suspects.Admit(mixed, started.Add), Is.EqualTo(mixed[1..]), "nothing starts beside it");
        suspects.Turn();
        Assert.That((started.Count, suspects.Room, suspects.FreeIn, suspects.BlocksClaims), Is.EqualTo((1, 0, (TimeSpan?)null, true)));
        held = 0;
        suspects.Turn();
        Assert.That((started.Count, suspects.BlocksClaims), Is.EqualTo((2, true)));
        suspects.Finished(mixed[0].Job.Id);
        time.Now += Probation.Ticks;
        Assert.That((suspects.Room, suspects.BlocksClaims), Is.EqualTo((1, false)));
    }

    private static WorkItem[] Items(int count, short crashes = 1)
    {
        var time = new StillTime();
        var box = new OutcomeBox(new LeaseBook(), new AsyncSignal(), time);
        return [.. Enumerable.Range(0, count).Select(_ => new WorkItem(
            new ClaimedJob { LeaseId = 7, Seq = 1, Lane = 2, Attempt = 2, Crashes = crashes, Id = Guid.NewGuid(), Type = "work" }, null!, null!, box))];
    }
}
