using PgQueue.Cron;
using PgQueue.Scheduling;

namespace PgQueue.Tests.Scheduling;

[Parallelizable(ParallelScope.Children)]
internal sealed class RunPlannerTests
{
    private static readonly DateTime Two = At(2, 0);

    [Test]
    public void What_is_due_runs_and_the_next_follows() => AssertPlan(Plan(Hourly, MissedRuns.FireOnce, Two, At(2, 0, 1)), At(3, 0), (Two, null));

    [Test]
    public void Up_to_a_minute_late_each_runs_whatever_the_policy([Values] bool skips) => AssertPlan(
        Plan("*/20 * * * * *", skips ? MissedRuns.Skip : MissedRuns.FireOnce, Two, At(2, 1)),
        At(2, 1, 20), (Two, null), (At(2, 0, 20), null), (At(2, 0, 40), null), (At(2, 1), null));

    [Test]
    public void One_stands_for_all_missed_ones() => AssertPlan(Plan(Hourly, MissedRuns.FireOnce, Two, At(5, 10)), At(6, 0), (At(5, 0), Two));

    [Test]
    public void A_single_missed_one_stands_for_itself() => AssertPlan(Plan(Hourly, MissedRuns.FireOnce, Two, At(2, 10)), At(3, 0), (Two, null));

    [Test]
    public void None_runs_if_missed_ones_are_skipped() => AssertPlan(Plan(Hourly, MissedRuns.Skip, Two, At(5, 10)), At(6, 0));

    [Test]
    public void The_latest_of_skipped_ones_runs_if_it_is_on_time() => AssertPlan(Plan(Hourly, MissedRuns.Skip, Two, At(5, 0, 30)), At(6, 0), (At(5, 0), null));

    [Test]
    public void All_run_if_asked() => AssertPlan(
        Plan(Hourly, MissedRuns.FireAll(100, TimeSpan.FromDays(1)), Two, At(5, 10)), At(6, 0), (Two, null), (At(3, 0), null), (At(4, 0), null), (At(5, 0), null));

    [Test]
    public void The_latest_run_if_there_are_more_than_asked_for() => AssertPlan(
        Plan(Hourly, MissedRuns.FireAll(2, TimeSpan.FromDays(1)), Two, At(5, 10)), At(6, 0), (At(4, 0), null), (At(5, 0), null));

    [Test]
    public void None_runs_that_is_older_than_the_window() => AssertPlan(
        Plan(Hourly, MissedRuns.FireAll(100, TimeSpan.FromMinutes(75)), Two, At(5, 10)), At(6, 0), (At(4, 0), null), (At(5, 0), null));

    [Test]
    public void A_year_of_missed_seconds_is_planned_at_once()
    {
        var plan = Plan("* * * * * *", MissedRuns.FireAll(1000, TimeSpan.FromDays(366)), Two.AddYears(-1), At(2, 0));
        Assert.That((plan.Runs.Count, plan.Runs[0].At, plan.Runs[^1].At, plan.Next), Is.EqualTo((1000, At(2, 0).AddSeconds(-999), At(2, 0), (DateTime?)At(2, 0, 1))));
    }

    [Test]
    public void A_due_instant_that_the_expression_does_not_have_any_more_still_runs() =>
        AssertPlan(Plan(Hourly, MissedRuns.FireOnce, At(2, 30), At(2, 45)), At(3, 0), (At(2, 30), null));

    [Test]
    public void The_job_id_of_an_occurrence_is_pinned_and_sorts_by_its_time()
    {
        Assert.Multiple(() =>
        {
            Assert.That(OccurrenceId.Of("nightly", Two), Is.Not.EqualTo(OccurrenceId.Of("nightly", At(3, 0))).And.Not.EqualTo(OccurrenceId.Of("weekly", Two)));
            Assert.That(OccurrenceId.Of("nightly", Two).Version, Is.EqualTo(7));
            Assert.That(OccurrenceId.Of("nightly", Two).ToString()[..13], Is.EqualTo(Guid.CreateVersion7(new DateTimeOffset(Two)).ToString()[..13]));
            Assert.That(OccurrenceId.Of("nightly", Two).ToString(), Is.EqualTo("019e80e8-c900-75ee-9a45-2a2fb6cde450"));
        });
    }

    private const string Hourly = "0 * * * *";

    private static DateTime At(int hour, int minute, int second = 0) => new(2026, 6, 1, hour, minute, second, DateTimeKind.Utc);

    private static RunPlan Plan(string cron, MissedRuns missed, DateTime due, DateTime now) => RunPlanner.Plan(
        Recurrence.Parse(cron, "s", TimeZoneInfo.Utc, DaylightGap.RunAfter, DaylightOverlap.Auto, DateTime.UnixEpoch), missed, due, now);

    private static void AssertPlan(RunPlan plan, DateTime next, params (DateTime At, DateTime? Since)[] runs) => Assert.Multiple(() =>
    {
        Assert.That(plan.Runs.Select(r => (r.At, r.MissedSince)), Is.EqualTo(runs));
        Assert.That(plan.Next, Is.EqualTo(next));
    });
}
