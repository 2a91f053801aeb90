using PgQueue.Leases;

namespace PgQueue.Tests.Leases;

[Parallelizable(ParallelScope.Children)]
internal sealed class LeaseBookTests
{
    [Test]
    public void A_lost_claim_is_found_though_other_claims_are_always_under_way()
    {
        var book = new LeaseBook();
        var lost = book.BeginClaim();
        book.EndClaim(lost);
        var second = book.BeginClaim();
        Assert.That(book.Reconcile([7]), Is.Empty, "it may be the reply of the second claim");
        var third = book.BeginClaim();
        book.EndClaim(second);
        Assert.That(book.Reconcile([7]), Is.EqualTo(new[] { 7L }));
        book.EndClaim(third);
    }

    [Test]
    public void A_claim_whose_reply_is_slow_keeps_its_lease()
    {
        var book = new LeaseBook();
        var slow = book.BeginClaim();
        for (var beat = 0; beat < 3; beat++)
        {
            book.EndClaim(book.BeginClaim());
            Assert.That(book.Reconcile([7]), Is.Empty);
        }

        book.Add(7, 2);
        book.EndClaim(slow);
        Assert.That(book.Reconcile([7]), Is.Empty);
    }

    [Test]
    public void A_lease_that_ended_while_a_beat_was_under_way_is_not_handed_back()
    {
        var book = new LeaseBook();
        book.Add(7, 1);
        book.Settle(7, 1);
        Assert.That(book.Reconcile([7]), Is.Empty);
        Assert.That(book.Reconcile([]), Is.Empty);
        Assert.That(book.Reconcile([7]), Is.Empty, "forgotten in between");
    }
}
