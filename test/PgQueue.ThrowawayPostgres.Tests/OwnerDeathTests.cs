namespace PgQueue.ThrowawayPostgres.Tests;

[Parallelizable(ParallelScope.Children)]
public sealed class OwnerDeathTests
{
    [Test]
    public async Task Killed_owner_leaves_nothing_behind()
    {
        using var owner = await OwnerProcess.StartAsync();
        Assert.That(owner.Ports, Has.All.Matches<int>(Query.Answers));

        await owner.KillAsync();

        AssertGone(owner);
    }

    [Test]
    public async Task Killed_owner_of_a_pgbouncer_leaves_nothing_behind()
    {
        using var owner = await OwnerProcess.StartAsync(OwnerProgram.WithPgBouncer);
        Assert.That(owner.Ports, Has.Length.EqualTo(2).And.All.Matches<int>(Query.Answers));

        await owner.KillAsync();

        AssertGone(owner);
    }

    [Test]
    public async Task Owner_that_exits_without_disposing_leaves_nothing_behind()
    {
        using var owner = await OwnerProcess.StartAsync(OwnerProgram.WithPgBouncer);

        await owner.EndAsync();

        Assert.That(Directory.GetParent(owner.DataDirectory)!.FullName, Does.Not.Exist);
        Assert.That(owner.Ports, Has.None.Matches<int>(Query.Answers));
    }

    [Test]
    public async Task Directory_that_a_watcher_could_not_remove_is_swept_at_the_next_start()
    {
        await using var first = await ThrowawayServer.StartAsync();
        var servers = Directory.GetParent(first.DataDirectory)!.Parent!.FullName;
        var orphan = Path.Combine(servers, $"orphan-{Guid.NewGuid():N}");
        var made = Directory.CreateTempSubdirectory("pgqueue-orphan-").FullName;
        await File.WriteAllTextAsync(Path.Combine(made, "owner.lock"), "");
        Directory.Move(made, orphan);

        await using var second = await ThrowawayServer.StartAsync();

        // another test's start may be the one that sweeps it
        Assert.That(() => Directory.Exists(orphan), Is.False.After(20).Seconds.PollEvery(20).MilliSeconds);
        Assert.That(Query.Answers(first.Port), Is.True);
    }

    private static void AssertGone(OwnerProcess owner)
    {
        var directory = Directory.GetParent(owner.DataDirectory)!.FullName;
        Assert.That(() => Directory.Exists(directory), Is.False.After(20).Seconds.PollEvery(20).MilliSeconds);
        Assert.That(owner.Ports, Has.None.Matches<int>(Query.Answers));
    }
}
