using PgQueue.Loops;

namespace PgQueue.Tests.Health;

[Parallelizable(ParallelScope.Children)]
internal sealed class PulseTests
{
    [Test]
    public void A_turn_may_take_as_long_as_it_says_and_a_rest_no_longer_than_it_was_meant_to()
    {
        var clock = new HandClock();
        var pulse = new Pulse("x", clock, longestTurn: TimeSpan.FromMinutes(1));
        pulse.Beat();
        clock.Advance(TimeSpan.FromSeconds(70));
        Assert.That(pulse.Read(), Is.EqualTo(new PulseReading("x", TimeSpan.FromSeconds(10), IsResting: false, null, null, null)));
        pulse.Turned();
        pulse.Rest(TimeSpan.FromSeconds(30));
        clock.Advance(TimeSpan.FromSeconds(35));
        Assert.That(pulse.Read(), Is.EqualTo(new PulseReading("x", TimeSpan.FromSeconds(5), IsResting: true, null, null, TimeSpan.FromSeconds(35))));
    }

    [Test]
    public void A_failure_counts_from_the_first_and_ends_with_a_success()
    {
        var clock = new HandClock();
        var pulse = new Pulse("x", clock);
        pulse.Turned(new IOException("first"));
        clock.Advance(TimeSpan.FromSeconds(5));
        pulse.Turned(new IOException("second"));
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.That((pulse.Read().FailingFor, pulse.Read().Error!.Message), Is.EqualTo((TimeSpan.FromSeconds(10), "second")));
        pulse.Turned();
        Assert.That((pulse.Read().FailingFor, pulse.Read().Error), Is.EqualTo(((TimeSpan?)null, (Exception?)null)));
    }

    private sealed class HandClock : TimeProvider
    {
        private long _now = 1_000_000_000;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan time) => _now += time.Ticks;
    }
}
