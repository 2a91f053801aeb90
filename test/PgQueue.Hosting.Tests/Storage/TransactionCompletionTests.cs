using Npgsql;

namespace PgQueue.Tests.Storage;

/// <summary>Completing a job in the user's own transaction, at each isolation level and with either end: R4, R5.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class TransactionCompletionTests : StorageFixture
{
    [Test]
    public async Task R4_beside_it_the_rest_of_its_batch_settles_it_is_busy_itself_and_nobody_waits(
        [Values("read committed", "repeatable read")] string level)
    {
        var (lease, own, jobs) = await OpenAsync(level);
        Assert.That(await SettleAsync(B, new(lease, jobs[1..])), Is.EqualTo(Answer.SettledAndRemoved));
        Assert.That(await SettleAsync(B, new(own, jobs[0]) { Outcome = 3 }), Is.EqualTo(Answer.Busy));
        await ExpireWorkersAsync();
        Assert.That(await RescueAsync(C), Is.Empty);
    }

    [Test]
    public async Task R4_after_its_commit_a_late_failure_of_the_job_is_fenced(
        [Values("read committed", "repeatable read")] string level)
    {
        var (lease, own, jobs) = await OpenAsync(level);
        await SettleAsync(B, new(lease, jobs[1..]));
        await A.RunAsync("commit");
        Assert.That(await SettleAsync(B, new(own, jobs[0]) { Outcome = 3 }), Is.EqualTo(Answer.Fenced));
        Assert.That(await TerminalOutcomesAsync(jobs[0]), Is.EqualTo([2]));
        Assert.That(await CountAsync("lease"), Is.Zero);
    }

    [Test]
    public async Task R4_after_its_rollback_the_job_is_rescued_exactly_once(
        [Values("read committed", "repeatable read")] string level)
    {
        var (lease, _, jobs) = await OpenAsync(level);
        await SettleAsync(B, new(lease, jobs[1..]));
        await ExpireWorkersAsync();
        await RescueAsync(C);
        await A.RunAsync("rollback");
        Assert.That((await RescueAsync(C)).Select(r => r.Job), Is.EqualTo([jobs[0]]));
        Assert.That(await CountAsync("lease"), Is.Zero);
        Assert.That(await CountAsync("ready"), Is.EqualTo(1));
    }

    [Test]
    public async Task R4_after_its_rollback_the_worker_may_still_settle_the_job(
        [Values("read committed", "repeatable read")] string level)
    {
        var (_, own, jobs) = await OpenAsync(level);
        await A.RunAsync("rollback");
        Assert.That(await SettleAsync(B, new(own, jobs[0]) { Outcome = 3 }), Is.EqualTo(Answer.SettledAndRemoved));
    }

    [Test]
    public async Task R5_a_repeatable_read_transaction_whose_lease_was_rescued_fails_to_serialize()
    {
        var (lease, jobs) = await RunningAsync(2);
        var own = await DetachAsync(lease, jobs[0]);
        await A.RunAsync("begin isolation level repeatable read");
        await A.RunAsync("select count(*) from /*schema*/job");
        await ExpireWorkersAsync();
        await RescueAsync(C);
        Assert.That(() => CompleteInTransactionAsync(A, own, jobs[0]), Fails(PostgresErrorCodes.SerializationFailure));
    }

    [Test]
    public async Task R5_a_read_committed_transaction_whose_lease_was_rescued_is_told_that_the_lease_is_lost()
    {
        var (lease, jobs) = await RunningAsync(2);
        var own = await DetachAsync(lease, jobs[0]);
        await ExpireWorkersAsync();
        await RescueAsync(C);
        Assert.That(() => CompleteInTransactionAsync(A, own, jobs[0]), Fails("QF001"));
    }

    [Test]
    public async Task R5_a_job_that_shares_its_lease_is_refused()
    {
        var (lease, jobs) = await RunningAsync(2);
        Assert.That(() => CompleteInTransactionAsync(A, lease, jobs[0]), Fails("QF001"));
    }

    [Test]
    public async Task A_job_is_not_completed_in_a_transaction_on_another_queues_database()
    {
        var (lease, jobs) = await RunningAsync(1);
        await C.RunAsync("update /*schema*/meta set instance = gen_random_uuid()");
        Assert.That(() => CompleteInTransactionAsync(A, lease, jobs[0]), Fails("QI001"));
    }

    private static NUnit.Framework.Constraints.IResolveConstraint Fails(string state) =>
        Throws.TypeOf<PostgresException>().With.Property(nameof(PostgresException.SqlState)).EqualTo(state);

    private async Task<(long Lease, long Own, Guid[] Jobs)> OpenAsync(string level)
    {
        var (lease, jobs) = await RunningAsync(3);
        var own = await DetachAsync(lease, jobs[0]);
        await A.RunAsync($"begin isolation level {level}");
        await CompleteInTransactionAsync(A, own, jobs[0]);
        return (lease, own, jobs);
    }
}
