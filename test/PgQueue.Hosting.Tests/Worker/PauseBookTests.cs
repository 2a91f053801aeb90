using PgQueue.Storage;
using PgQueue.Worker;

namespace PgQueue.Tests.Worker;

/// <summary>A list of pauses that may be out of date holds what was claimed before it was asked for, and nothing else.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class PauseBookTests
{
    private const long AskedAt = 100;

    [TestCase("tmail:one", 99, ExpectedResult = true)]
    [TestCase("tmail:*", 99, ExpectedResult = true)]
    [TestCase("t*", 99, ExpectedResult = true)]
    [TestCase("tmail:one", 100, ExpectedResult = false)]
    [TestCase("tmail", 99, ExpectedResult = false)]
    [TestCase("tmail:one2", 99, ExpectedResult = false)]
    [TestCase("qmail:one", 99, ExpectedResult = false)]
    public bool A_job_is_held(string pause, long claimedAt)
    {
        var book = new PauseBook(new LaneCatalog(null!));
        Assert.That(book.Read([pause], AskedAt), Is.True);
        return book.Holds(Item(claimedAt));
    }

    [Test]
    public void A_list_matters_while_it_or_the_one_before_it_has_anything()
    {
        var book = new PauseBook(new LaneCatalog(null!));
        Assert.That(book.Read([], 1), Is.False);
        Assert.That(book.Read(["qa", "tb"], 2), Is.True);
        Assert.That((book.HoldsQueue("a"), book.HoldsQueue("b")), Is.EqualTo((true, false)));
        Assert.That(book.Read([], 3), Is.True);
        Assert.That((book.HoldsQueue("a"), book.Holds(Item(0))), Is.EqualTo((false, false)));
        Assert.That(book.Read([], 4), Is.False);
    }

    private static WorkItem Item(long claimedAt) => new(
        new ClaimedJob { LeaseId = 1, Seq = 1, Lane = 1, Attempt = 1, Crashes = 0, Id = Guid.CreateVersion7(), Type = "mail:one" }, null!, null!, null!) { ClaimedAt = claimedAt };
}
