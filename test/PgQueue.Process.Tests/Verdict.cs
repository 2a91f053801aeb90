namespace PgQueue.ProcessTests;

/// <summary>What the checker found: complaints, which must be none, and figures to print.</summary>
internal sealed record Verdict(List<string> Complaints, List<string> Figures)
{
    public void Hold(string what)
    {
        TestContext.Out.WriteLine($"{what}: {string.Join(", ", Figures)}");
        Assert.That(Complaints, Is.Empty);
    }
}
