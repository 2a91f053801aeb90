using FsCheck;
using FsCheck.Fluent;
using PgQueue.Retry;

namespace PgQueue.Tests.Retry;

[Parallelizable(ParallelScope.Children)]
internal sealed class RetryDeciderTests
{
    [Test]
    public void Without_rules_and_policies_the_backoff_decides()
    {
        Assert.That(Decide(new RetryOptions(), null, Failure(attempt: 3)), Is.EqualTo(TimeSpan.FromSeconds(4)));
    }

    [Test]
    public void The_last_attempt_is_never_retried_and_nobody_is_asked()
    {
        var options = new RetryOptions { Policy = new Policy(_ => throw new InvalidOperationException("asked")) }
            .On<Exception>(_ => throw new InvalidOperationException("asked"));
        Assert.That(Decide(options, options, Failure(attempt: 5)), Is.Null);
        Assert.That(Decide(options, options, Failure(attempt: 6)), Is.Null);
    }

    [Test]
    public void The_handlers_rules_come_before_the_global_rules()
    {
        var global = new RetryOptions().On<IOException>(_ => TimeSpan.FromSeconds(100)).On<TimeoutException>(_ => TimeSpan.FromSeconds(200));
        var handler = new RetryOptions().On<IOException>(_ => TimeSpan.FromSeconds(7));
        Assert.That(Decide(global, handler, Failure(exception: new FileNotFoundException())), Is.EqualTo(TimeSpan.FromSeconds(7)));
        Assert.That(Decide(global, handler, Failure(exception: new TimeoutException())), Is.EqualTo(TimeSpan.FromSeconds(200)));
        Assert.That(Decide(global, null, Failure(exception: new IOException())), Is.EqualTo(TimeSpan.FromSeconds(100)));
    }

    [Test]
    public void The_first_matching_rule_decides()
    {
        var options = new RetryOptions().On<IOException>(_ => TimeSpan.FromSeconds(1)).NeverOn<FileNotFoundException>();
        Assert.That(Decide(options, null, Failure(exception: new FileNotFoundException())), Is.EqualTo(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public void NeverOn_fails_the_job_at_once() =>
        Assert.That(Decide(new RetryOptions().NeverOn<ArgumentException>(), null, Failure(exception: new ArgumentNullException())), Is.Null);

    [Test]
    public void Rules_come_before_policies_even_a_global_rule_before_the_handlers_policy()
    {
        var global = new RetryOptions().NeverOn<ArgumentException>();
        var handler = new RetryOptions { Policy = new Policy(_ => TimeSpan.FromSeconds(9)) };
        Assert.That(Decide(global, handler, Failure(exception: new ArgumentException())), Is.Null);
        Assert.That(Decide(global, handler, Failure(exception: new IOException())), Is.EqualTo(TimeSpan.FromSeconds(9)));
    }

    [Test]
    public void The_handlers_policy_replaces_the_global_one()
    {
        var global = new RetryOptions { Policy = new Policy(_ => TimeSpan.FromSeconds(1)) };
        var handler = new RetryOptions { Policy = new Policy(_ => null) };
        Assert.That(Decide(global, handler, Failure()), Is.Null);
        Assert.That(Decide(global, new RetryOptions(), Failure()), Is.EqualTo(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public void The_handlers_backoff_replaces_the_global_one()
    {
        var handler = new RetryOptions { BaseDelay = TimeSpan.FromMinutes(1), Jitter = Jitter.None };
        Assert.That(Decide(new RetryOptions(), handler, Failure(attempt: 2)), Is.EqualTo(TimeSpan.FromMinutes(4)));
    }

    [Test]
    public void A_rule_sees_the_whole_failure()
    {
        RetryContext seen = default;
        var failure = Failure(attempt: 2, exception: new IOException("disk"));
        Decide(new RetryOptions().On<IOException>(f => { seen = f; return TimeSpan.Zero; }), null, failure);
        Assert.That(seen, Is.EqualTo(failure));
    }

    [Test]
    public void A_rule_or_policy_that_throws_does_not_lose_the_job()
    {
        var bug = new DivideByZeroException();
        var rule = new RetryOptions().On<Exception>(_ => throw bug);
        var policy = new RetryOptions { Policy = new Policy(_ => throw bug) };
        foreach (var options in new[] { rule, policy })
        {
            var delay = new RetryDecider(options).NextDelay(null, Failure(attempt: 3), out var fault);
            Assert.That(delay, Is.EqualTo(TimeSpan.FromSeconds(4)));
            Assert.That(fault, Is.SameAs(bug));
        }
    }

    [Test]
    public void A_policy_that_asks_for_nonsense_is_overruled_by_the_backoff_and_reported()
    {
        foreach (var nonsense in new[] { TimeSpan.FromTicks(-1), TimeSpan.MinValue, TimeSpan.MaxValue, RetryDecider.LongestDelay + TimeSpan.FromTicks(1) })
        {
            var options = new RetryOptions { Policy = new Policy(_ => nonsense) };
            var delay = new RetryDecider(options).NextDelay(null, Failure(attempt: 3), out var fault);
            Assert.That(delay, Is.EqualTo(TimeSpan.FromSeconds(4)));
            Assert.That(fault?.Message, Does.Contain("'send-receipt'").And.Contain(nonsense.ToString()));
        }
    }

    [Test]
    public void Zero_and_ten_years_are_fair_answers()
    {
        foreach (var fair in new[] { TimeSpan.Zero, RetryDecider.LongestDelay })
            Assert.That(Decide(new RetryOptions { Policy = new Policy(_ => fair) }, null, Failure()), Is.EqualTo(fair));
    }

    [Test]
    public void Whatever_a_policy_answers_the_delay_is_storable() =>
        Prop.ForAll(ArbMap.Default.ArbFor<TimeSpan>(), answer =>
        {
            var decider = new RetryDecider(new RetryOptions { Policy = new Policy(_ => answer) });
            var delay = decider.NextDelay(null, Failure(), out var fault);
            return delay >= TimeSpan.Zero && delay <= RetryDecider.LongestDelay && (fault is null) == (delay == answer);
        }).QuickCheckThrowOnFailure();

    private static TimeSpan? Decide(RetryOptions global, RetryOptions? handler, in RetryContext failure)
    {
        var delay = new RetryDecider(global).NextDelay(handler, failure, out var fault);
        Assert.That(fault, Is.Null);
        return delay;
    }

    private static RetryContext Failure(int attempt = 1, Exception? exception = null) =>
        new("send-receipt", attempt, MaxAttempts: 5, exception ?? new InvalidOperationException(), Random: 0);

    private sealed class Policy(Func<RetryContext, TimeSpan?> answer) : IRetryPolicy
    {
        public TimeSpan? NextDelay(in RetryContext failure) => answer(failure);
    }
}
