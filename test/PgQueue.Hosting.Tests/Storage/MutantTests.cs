namespace PgQueue.Tests.Storage;

/// <summary>The checks of this folder notice the two mistakes that random stress showed: each test runs the engine as it is, and with the mistake put in.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class MutantTests : StorageFixture
{
    [TestCase(false, 1)]
    [TestCase(true, 0)]
    public async Task A_rescue_that_looks_at_the_attempt_instead_of_the_lease_loses_a_job_that_was_released(bool mutant, int rescued)
    {
        if (mutant)
            await MutateAsync("rescue", "r.lease_id = d.id", "r.attempt = u.attempt");
        var (lease, jobs) = await RunningAsync(1);
        await SettleAsync(B, new(lease, jobs) { Outcome = 6 });
        Assert.That((await ClaimAsync(B))[0].Attempt, Is.EqualTo(1), "a release burns no attempt, so its number comes again");
        await ExpireWorkersAsync();
        await RescueAsync(C);
        Assert.That(await CountAsync("ready"), Is.EqualTo(rescued));
    }

    [TestCase(false, 1)]
    [TestCase(true, 2)]
    public async Task A_resend_that_does_not_look_again_gives_a_job_two_terminal_outcomes(bool mutant, int outcomes)
    {
        if (mutant)
            await MutateAsync("settle_jobs", "not (recheck and exists", "not (false and exists");
        var (lease, jobs) = await RunningAsync(2);
        await SettleAsync(B, new(lease, jobs[0]) { Last = false });
        await SettleAsync(B, new(lease, jobs[0]) { Last = false, Recheck = true });
        Assert.That(await TerminalOutcomesAsync(jobs[0]), Has.Count.EqualTo(outcomes));
    }

    private async Task MutateAsync(string function, string right, string wrong)
    {
        var text = (await C.OneAsync<string>("select pg_get_functiondef(oid) from pg_proc where proname = $1 and pronamespace = 'pgqueue'::regnamespace", function))!;
        Assert.That(text, Does.Contain(right));
        await C.RunAsync(text.Replace(right, wrong, StringComparison.Ordinal));
    }
}
