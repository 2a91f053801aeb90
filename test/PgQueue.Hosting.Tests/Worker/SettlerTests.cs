using Microsoft.Extensions.Logging.Abstractions;
using PgQueue.Leases;
using PgQueue.Loops;
using PgQueue.Storage;
using PgQueue.Worker;

namespace PgQueue.Tests.Worker;

[Parallelizable(ParallelScope.Children)]
internal sealed class SettlerTests
{
    [Test]
    public void An_outcome_of_unknown_fate_whose_lease_is_busy_is_checked_again_not_sent_afresh()
    {
        var time = new StillTime();
        var book = new LeaseBook();
        var box = new OutcomeBox(book, new AsyncSignal(), time);
        var settler = new Settler(box, book, new Suspects(() => 0, time, NullLogger.Instance), static _ => { }, time, NullLogger.Instance);
        var worker = Guid.NewGuid();
        box.Post(new JobOutcome(new ClaimedJob { LeaseId = 7, Seq = 1, Lane = 1, Attempt = 1, Crashes = 0, Id = Guid.NewGuid() }, AttemptOutcome.Released));
        settler.Failed(settler.Take(worker, everything: true)!, new IOException("the reply was lost"));
        var first = settler.TakeUnknown(worker)!;
        settler.Settled(first, new SettleReply([], [], [7]));
        Assert.That(settler.TakeUnknown(worker), Is.Null, "after a pause");
        time.Now += TimeSpan.TicksPerSecond;
        settler.ReturnDelayed();
        var second = settler.TakeUnknown(worker)!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Recheck && second.Recheck, Is.True);
            Assert.That(second.Worker, Is.EqualTo(worker));
            Assert.That(box.Count, Is.Zero);
        }
    }
}
