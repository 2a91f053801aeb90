namespace PgQueue.ProcessTests;

/// <summary>The checker finds what it is there to find: hand-made histories, each with one fault.</summary>
internal sealed class CheckerTests
{
    private static readonly Guid Job = new("01000000-0000-7000-8000-000000000001");

    [TestCase("10|1|enq.ok;20|2|start|5;30|2|end|5", "", TestName = "a good history")]
    [TestCase("10|1|enq.info;20|2|start|5;30|2|end|5", "", TestName = "an unsure one that was stored")]
    [TestCase("10|1|enq.ok;20|2|start|5;30|2|end|5;40|3|start|6;50|3|end|6", "", TestName = "one run after the other")]
    [TestCase("10|1|enq.fail;20|2|start|5;30|2|end|5", "1 stored though refused", TestName = "a refused job")]
    [TestCase("20|2|start|5;30|2|end|5", "1 stored though never sent", TestName = "a job from nowhere")]
    [TestCase("10|1|enq.ok;20|2|start|5;40|3|start|6;50|3|end|6;60|2|end|5", "1 two runs at once", TestName = "an overlap")]
    [TestCase("10|1|enq.ok;20|2|start|5;40|3|start|6;50|3|end|6", "1 two runs at once", TestName = "an overlap with a run that never ended")]
    [TestCase("10|1|enq.ok;20|9|start|5;140|3|start|6;150|3|end|6", "", TestName = "a run ended by its process's death")]
    [TestCase("10|1|enq.ok;20|7|start|5;140|3|start|6;150|3|end|6;160|7|end|5", "", TestName = "an overlap with a frozen process")]
    [TestCase("10|1|enq.ok;20|2|start|5;30|2|end|5;40|3|start|5;50|3|end|5", "1 one token ran twice", TestName = "a token used twice")]
    [TestCase("10|1|enq.ok;20|2|start|6;30|2|end|6;40|3|start|5;50|3|end|5", "1 a later run has a smaller token", TestName = "a token that falls")]
    [TestCase("10|1|enq.ok;20|2|effect.ok|6;30|3|effect.ok|5", "1 a stale effect was taken", TestName = "a stale effect")]
    public void A_history_is_judged(string history, string complaint)
    {
        var events = history.Split(';').Select(e => e.Split('|')).Select(p =>
            Event.Parse($"{p[0]}|{p[1]}|{p[2]}|{Job}|{(p.Length > 3 ? p[3] : "0")}|1|")).ToList();
        var deaths = new Dictionary<int, long> { [9] = 100 };
        var frozen = new Dictionary<int, IReadOnlyList<(long, long)>> { [7] = [(30, 155)] };
        var verdict = Checker.Histories(events, [], [Job], [Job], deaths, frozen);
        Assert.That(verdict.Complaints, complaint.Length == 0 ? Is.Empty : Has.One.StartsWith(complaint));
    }

    [Test]
    public void A_lost_job_is_missed()
    {
        var events = new[] { Event.Parse($"10|1|enq.ok|{Job}|0|0|") };
        var verdict = Checker.Histories(events, [], [Job], [], new Dictionary<int, long>(), new Dictionary<int, IReadOnlyList<(long, long)>>());
        Assert.That(verdict.Complaints, Has.One.StartsWith("1 lost"));
    }
}
