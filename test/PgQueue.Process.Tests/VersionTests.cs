using PgQueue.ThrowawayPostgres;

namespace PgQueue.ProcessTests;

/// <summary>A short full cycle on every supported version of PostgreSQL.</summary>
internal sealed class VersionTests
{
    private static readonly int[] Supported = [13, 14, 15, 16, 17, 18];

    [Test]
    public void Every_supported_version_is_at_hand() =>
        Assert.That(Supported.Except(PostgresBinaries.FindAll().Select(b => b.MajorVersion)), Is.Empty, "run: build/postgres.sh --versions \"13 14 15 16 17 18\"");

    [TestCaseSource(nameof(Supported))]
    public async Task The_full_cycle_works_on_version(int version)
    {
        await using var server = await ThrowawayServer.StartAsync(new ThrowawayServerOptions { Version = $"{version}", Durable = true });
        Assert.That(server.ServerVersion, Is.EqualTo(version));
        await using var arena = await Arena.OpenAsync(await server.CreateDatabaseAsync());
        var victim = await arena.WorkerAsync("lease=2000", "renew=500");
        await arena.EnqueueAsync("once", 2, 60_000);
        await Wait.UntilAsync(() => arena.Events().Count(e => e.Kind == "start") == 2, "they run");
        var producer = arena.Producer("jobs=200");
        var survivor = arena.WorkerAsync();
        await victim.KillAsync();
        await survivor;
        await producer.ExitAsync();
        await arena.ExecuteAsync("select pgqueue.sweep_leases(0), pgqueue.announce_retention('{\"\"}', '{86400}', '{86400}', true), pgqueue.create_partitions(), pgqueue.drop_expired()");
        (await arena.JudgeAsync()).Hold($"PostgreSQL {version}");
    }
}
