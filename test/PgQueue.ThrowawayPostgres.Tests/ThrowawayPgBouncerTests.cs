namespace PgQueue.ThrowawayPostgres.Tests;

[Parallelizable(ParallelScope.Children)]
public sealed class ThrowawayPgBouncerTests
{
    [Test]
    public async Task Query_passes_through_in_transaction_mode()
    {
        await using var server = await ThrowawayServer.StartAsync();
        await server.CreateDatabaseAsync("behind");
        await using var bouncer = await ThrowawayPgBouncer.StartAsync(server);

        var database = await Query.ScalarAsync<string>(bouncer.ConnectionString("behind"), "select current_database()");

        Assert.That(database, Is.EqualTo("behind"));
        Assert.That(bouncer.Port, Is.Not.EqualTo(server.Port));
    }

    [Test]
    public async Task Startup_parameter_that_pgbouncer_does_not_track_is_refused()
    {
        await using var server = await ThrowawayServer.StartAsync();
        await using var bouncer = await ThrowawayPgBouncer.StartAsync(server);

        Assert.That(
            async () => await Query.ScalarAsync<int>(bouncer.ConnectionString("postgres") + ";Search Path=other", "select 1"),
            Throws.Exception.With.Message.Contains("unsupported startup parameter"));
    }

    [Test]
    public async Task Disposal_stops_pgbouncer()
    {
        await using var server = await ThrowawayServer.StartAsync();
        var bouncer = await ThrowawayPgBouncer.StartAsync(server);

        await bouncer.DisposeAsync();

        Assert.That(Query.Answers(bouncer.Port), Is.False);
    }

    [Test]
    public async Task Unknown_pool_mode_is_refused_with_the_log()
    {
        await using var server = await ThrowawayServer.StartAsync();

        Assert.That(
            async () => await ThrowawayPgBouncer.StartAsync(server, poolMode: "sometimes"),
            Throws.TypeOf<ThrowawayPostgresException>().With.Message.Contains("pool_mode"));
    }
}
