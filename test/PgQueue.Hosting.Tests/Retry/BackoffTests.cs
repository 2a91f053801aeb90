using FsCheck;
using FsCheck.Fluent;
using PgQueue.Retry;

namespace PgQueue.Tests.Retry;

[Parallelizable(ParallelScope.Children)]
internal sealed class BackoffTests
{
    [TestCase(1, 1, 2)]
    [TestCase(2, 2, 4)]
    [TestCase(3, 4, 8)]
    [TestCase(4, 8, 16)]
    public void By_default_the_delay_is_half_of_two_to_the_attempt_seconds_plus_as_much_jitter(int attempt, int from, int to)
    {
        var options = new RetryOptions();
        Assert.That(Backoff.Delay(options, attempt, 0), Is.EqualTo(TimeSpan.FromSeconds(from)));
        Assert.That(Backoff.Delay(options, attempt, 0.5), Is.EqualTo(TimeSpan.FromSeconds((from + to) / 2.0)));
        Assert.That(Backoff.Delay(options, attempt, 0.999_999), Is.LessThan(TimeSpan.FromSeconds(to)).And.GreaterThan(TimeSpan.FromSeconds(to * 0.99)));
    }

    [TestCase(12)]
    [TestCase(1000)]
    [TestCase(int.MaxValue)]
    public void By_default_late_attempts_wait_half_an_hour_to_an_hour(int attempt)
    {
        Assert.That(Backoff.Delay(new RetryOptions(), attempt, 0), Is.EqualTo(TimeSpan.FromMinutes(30)));
        Assert.That(Backoff.Delay(new RetryOptions(), attempt, 1), Is.EqualTo(TimeSpan.FromHours(1)));
    }

    [Test]
    public void Full_jitter_starts_at_zero()
    {
        var options = new RetryOptions { Jitter = Jitter.Full };
        Assert.That(Backoff.Delay(options, 3, 0), Is.EqualTo(TimeSpan.Zero));
        Assert.That(Backoff.Delay(options, 3, 0.25), Is.EqualTo(TimeSpan.FromSeconds(2)));
    }

    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    [TestCase(-3)]
    [TestCase(7)]
    public void A_random_number_out_of_range_gives_the_delay_without_jitter(double random) =>
        Assert.That(Backoff.Delay(new RetryOptions(), 3, random), Is.EqualTo(TimeSpan.FromSeconds(8)));

    [Test]
    public void Options_that_no_validator_would_pass_still_give_a_delay_from_zero_to_the_cap()
    {
        Assert.That(Backoff.Delay(new RetryOptions { BaseDelay = TimeSpan.MinValue }, 1000, 0.5), Is.EqualTo(TimeSpan.Zero));
        Assert.That(Backoff.Delay(new RetryOptions { MaxDelay = TimeSpan.MinValue }, 1000, 0.5), Is.EqualTo(TimeSpan.Zero));
        Assert.That(Backoff.Delay(new RetryOptions { BaseDelay = TimeSpan.Zero }, -5, 0.5), Is.EqualTo(TimeSpan.Zero));
        var widest = new RetryOptions { BaseDelay = TimeSpan.MaxValue, MaxDelay = TimeSpan.MaxValue, Jitter = Jitter.None };
        Assert.That(Backoff.Delay(widest, 1000, 0.5), Is.EqualTo(TimeSpan.MaxValue));
    }

    [Test]
    public void The_delay_is_always_within_the_band_of_its_jitter() =>
        Prop.ForAll(Cases, c =>
        {
            var delay = Backoff.Delay(c.Options, c.Attempt, c.Random);
            var full = Backoff.Delay(new RetryOptions { BaseDelay = c.Options.BaseDelay, MaxDelay = c.Options.MaxDelay, Jitter = Jitter.None }, c.Attempt, 0);
            var least = c.Options.Jitter switch
            {
                Jitter.Equal => full / 2,
                Jitter.Full => TimeSpan.Zero,
                _ => full,
            };
            return delay >= least - TimeSpan.FromTicks(1) && delay <= full && full >= c.Options.BaseDelay && full <= c.Options.MaxDelay;
        }).QuickCheckThrowOnFailure();

    [Test]
    public void Without_jitter_the_delay_doubles_until_the_cap_and_never_shrinks() =>
        Prop.ForAll(Cases, c =>
        {
            var options = new RetryOptions { BaseDelay = c.Options.BaseDelay, MaxDelay = c.Options.MaxDelay, Jitter = Jitter.None };
            var now = Backoff.Delay(options, c.Attempt, c.Random);
            var next = Backoff.Delay(options, c.Attempt + 1, c.Random);
            return next == options.MaxDelay ? next >= now : next == now * 2;
        }).QuickCheckThrowOnFailure();

    [Test]
    public void A_greater_random_number_never_gives_a_shorter_delay() =>
        Prop.ForAll(Cases, c => Backoff.Delay(c.Options, c.Attempt, c.Random / 2) <= Backoff.Delay(c.Options, c.Attempt, c.Random))
            .QuickCheckThrowOnFailure();

    private static Arbitrary<Case> Cases =>
        (from cap in Gen.Choose(1, int.MaxValue)
         from share in Gen.Choose(1, 1000)
         from jitter in Gen.Elements(Jitter.None, Jitter.Equal, Jitter.Full)
         from attempt in Gen.OneOf(Gen.Choose(1, 40), Gen.Choose(1, 1000))
         from random in Gen.Choose(0, 999_999)
         let options = new RetryOptions
         {
             BaseDelay = TimeSpan.FromMilliseconds(Math.Max(1, (long)cap * share / 1000)),
             MaxDelay = TimeSpan.FromMilliseconds(cap),
             Jitter = jitter,
         }
         select new Case(options, attempt, random / 1_000_000.0)).ToArbitrary();

    private sealed record Case(RetryOptions Options, int Attempt, double Random)
    {
        public override string ToString() => $"{Options.BaseDelay} to {Options.MaxDelay}, {Options.Jitter}, attempt {Attempt}, random {Random}";
    }
}
