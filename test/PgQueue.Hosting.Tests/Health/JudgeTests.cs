using Microsoft.Extensions.Diagnostics.HealthChecks;
using PgQueue.Health;
using PgQueue.Loops;
using PgQueue.Storage;

namespace PgQueue.Tests.Health;

/// <summary>What facts mean that a test cannot make in time.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class JudgeTests
{
    private static readonly ProcessFacts EnqueueOnly = new(ProcessState.EnqueueOnly, TimeSpan.FromHours(1));

    private static readonly ProcessFacts Working = new(ProcessState.Working, TimeSpan.FromHours(1)) { Worker = Guid.NewGuid(), LeaseLeft = TimeSpan.FromSeconds(20) };

    [TestCase(2_000_000, true, 0, ExpectedResult = "The table of ready jobs holds about 2,000,000 dead rows: vacuum that table, and raise autovacuum_max_workers or autovacuum_vacuum_cost_limit.")]
    [TestCase(2_000_000, false, 0, ExpectedResult = "The table of ready jobs holds about 2,000,000 dead rows: autovacuum is off on this server, so switch it on.")]
    [TestCase(2_000_000, true, 3, ExpectedResult = "The table of ready jobs holds about 2,000,000 dead rows: look for an old transaction, which this role cannot see (grant it pg_monitor), else vacuum that table and raise autovacuum_max_workers.")]
    [TestCase(1_000_000, false, 0, ExpectedResult = "well")]
    public string? Dead_rows_above_the_limit_say_what_to_do(long dead, bool isVacuumed, int hidden) =>
        Judge(new HealthRow { DeadRows = dead, IsVacuumed = isVacuumed, HiddenSessions = hidden }).Description;

    [Test]
    public void A_prepared_transaction_and_a_slot_say_how_to_end_them() => Assert.Multiple(() =>
    {
        Assert.That(
            Judge(new HealthRow(), new HorizonRow { Kind = 2, Name = "tx1", Role = "app", Seconds = 3600 }).Description,
            Is.EqualTo("The prepared transaction 'tx1' of role app has held dead rows back for 60 minutes: end it with commit prepared or rollback prepared."));
        Assert.That(
            Judge(new HealthRow(), new HorizonRow { Kind = 3, Name = "standby_2", State = "inactive" }).Description,
            Is.EqualTo("The inactive replication slot 'standby_2' holds dead rows back: bring its standby up to date, or drop it with select pg_drop_replication_slot('standby_2')."));
    });

    [Test]
    public void A_standby_takes_no_writes() => Assert.That(
        Judge(new HealthRow { IsStandby = true }),
        Is.EqualTo((HealthStatus.Unhealthy, "The server takes no writes: connect to the primary (Target Session Attributes=primary), or lift default_transaction_read_only.")));

    [Test]
    public void The_most_urgent_comes_first_and_a_role_that_may_not_look_gives_a_partial_answer()
    {
        var findings = new Findings();
        DatabaseJudge.JudgeAccess(new DatabaseFacts { MayNotLook = true, SchemaVersion = 8 }, findings);
        findings.Warn("Look.");
        findings.Fail("Broken.");
        var result = findings.Result(HealthStatus.Unhealthy, "well");
        Assert.That((result.Status, result.Description), Is.EqualTo((HealthStatus.Unhealthy, "Broken. Look.")));
        Assert.That(result.Data["partial"], Does.Contain("grant it the role <schema>_view"));
    }

    [Test]
    public void A_loop_that_hangs_in_a_call_is_unready_and_alive_and_one_that_does_not_wake_is_neither()
    {
        var inCall = Working with { Pulses = [new PulseReading("promoter", TimeSpan.FromMinutes(5), IsResting: false, null, null, null)] };
        var asleep = Working with { Pulses = [new PulseReading("promoter", TimeSpan.FromMinutes(5), IsResting: true, null, null, null)] };
        Assert.Multiple(() =>
        {
            Assert.That(Process(inCall).Description, Does.StartWith("The loop 'promoter' has given no sign of life for 5 minutes: look for a lock or a call that hangs in pg_stat_activity"));
            Assert.That(Process(inCall).Status, Is.EqualTo(HealthStatus.Unhealthy));
            Assert.That(Process(asleep).Status, Is.EqualTo(HealthStatus.Unhealthy));
            Assert.That(Life(inCall).Status, Is.EqualTo(HealthStatus.Healthy));
            Assert.That(Life(asleep).Description, Does.StartWith("The loop 'promoter' should have run 5 minutes ago and did not wake: restart the process"));
        });
    }

    [Test]
    public void A_process_that_has_just_started_may_take_its_time_to_register()
    {
        var early = Working with { Since = TimeSpan.FromSeconds(1), Worker = null, LeaseLeft = TimeSpan.Zero };
        Assert.That(Process(early).Status, Is.EqualTo(HealthStatus.Healthy));
        Assert.That(Process(early with { Since = TimeSpan.FromMinutes(1) }).Description, Does.StartWith("This process has not registered its worker and runs no jobs: "));
        Assert.That(Process(new ProcessFacts(ProcessState.Starting, TimeSpan.FromMinutes(3))).Description, Does.StartWith("The queue has been starting for 3 minutes: "));
    }

    [Test]
    public void One_pump_of_two_that_fails_is_degraded()
    {
        var failing = new PulseReading("pump", TimeSpan.Zero, IsResting: true, TimeSpan.FromMinutes(1), new TimeoutException(), null);
        var well = failing with { FailingFor = null, Error = null, SinceSuccess = TimeSpan.FromSeconds(1) };
        Assert.That(Process(Working with { Pulses = [failing, well] }).Status, Is.EqualTo(HealthStatus.Degraded));
        Assert.That(Process(Working with { Pulses = [failing, well with { SinceSuccess = TimeSpan.FromMinutes(2) }] }).Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(Process(Working with { Pulses = [failing, failing] }).Status, Is.EqualTo(HealthStatus.Unhealthy));
    }

    [TestCase(0.5, ExpectedResult = "500 milliseconds")]
    [TestCase(1, ExpectedResult = "1 second")]
    [TestCase(119, ExpectedResult = "119 seconds")]
    [TestCase(180, ExpectedResult = "3 minutes")]
    [TestCase(7200, ExpectedResult = "2 hours")]
    [TestCase(864000, ExpectedResult = "10 days")]
    public string Times_are_said_in_words(double seconds) => Words.OfSeconds(seconds);

    [Test]
    public void Long_lists_are_cut() => Assert.That(Words.List(["a", "b", "c", "d", "e"]), Is.EqualTo("'a', 'b', 'c' and 2 others"));

    private static (HealthStatus Status, string? Description) Judge(HealthRow row, params HorizonRow[] horizon)
    {
        var findings = new Findings();
        var facts = new DatabaseFacts { Rows = new HealthRows(row, [], [], horizon) };
        DatabaseJudge.JudgeAccess(facts, findings);
        new DatabaseJudge(new PgQueueOptions(), "PgQueue").Judge(facts, EnqueueOnly, findings);
        var result = findings.Result(HealthStatus.Unhealthy, "well");
        return (result.Status, result.Description);
    }

    private static HealthCheckResult Process(ProcessFacts facts)
    {
        var findings = new Findings();
        new ProcessJudge(new PgQueueOptions(), "PgQueue").Judge(facts, hasDatabase: true, findings);
        return findings.Result(HealthStatus.Unhealthy, "well");
    }

    private static HealthCheckResult Life(ProcessFacts facts)
    {
        var findings = new Findings();
        new ProcessJudge(new PgQueueOptions(), "PgQueue").JudgeLife(facts, findings);
        return findings.Result(HealthStatus.Unhealthy, "well");
    }
}
