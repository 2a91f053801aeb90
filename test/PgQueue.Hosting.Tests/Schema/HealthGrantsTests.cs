using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using PgQueue.Tests.Health;
using PgQueue.Tests.Storage;

namespace PgQueue.Tests.Schema;

/// <summary>What a health check sees with the least-privilege roles.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class HealthGrantsTests
{
    [TestCase("worker")]
    [TestCase("view")]
    public async Task Worker_and_view_get_every_fact_and_are_told_of_sessions_they_cannot_see(string role)
    {
        await using var login = await Login.CreateAsync(role);
        await using var other = await Session.OpenAsync(login.Owner);
        await other.RunAsync("begin isolation level repeatable read");
        await other.RunAsync("select 1");
        await using var host = await login.StartAsync();
        var entry = await host.ReadyAsync();
        Assert.That(entry.Status, Is.EqualTo(HealthStatus.Healthy), entry.Description);
        Assert.That(entry.Data.Keys, Is.SupersetOf(new[] { "workers.live", "deferred", "schedules.overdue", "failed.last_hour", "ready.dead_rows" }));
        Assert.That(entry.Data["sessions.hidden"], Is.Positive);
        Assert.That(entry.Data["partial"], Does.Contain("grant pg_monitor to this role"));
        await TestDatabase.ExecuteAsync(login.Owner, $"grant pg_monitor to {login.Name}");
        Assert.That((await host.UntilAsync(HealthStatus.Degraded, $"(pid {other.ProcessId}, ")).Data, Does.Not.ContainKey("partial"));
    }

    [Test]
    public async Task Enqueue_gets_a_partial_answer_that_says_what_to_grant()
    {
        await using var login = await Login.CreateAsync("enqueue");
        await using var host = await login.StartAsync();
        var entry = await host.ReadyAsync();
        Assert.That(entry.Status, Is.EqualTo(HealthStatus.Healthy), entry.Description);
        Assert.That(entry.Data["partial"], Does.Contain("grant it the role <schema>_view"));
    }

    /// <summary>A login with one of the roles, on a schema and with roles of its own.</summary>
    private sealed class Login : IAsyncDisposable
    {
        private readonly string _schema = $"h_{Guid.NewGuid():N}"[..14];

        public required string Owner { get; init; }

        public string Name => $"{_schema}_login";

        public static async Task<Login> CreateAsync(string role)
        {
            var login = new Login { Owner = await TestDatabase.CreateAsync() };
            await using var owner = await Session.OpenAsync(login.Owner);
            await owner.RunAsync(string.Join('\n', PgQueueSchema.GetScript(schema: login._schema).Split('\n').Where(line => !line.StartsWith('\\'))));
            await owner.RunAsync(PgQueueSchema.GetGrantsScript(login._schema));
            await owner.RunAsync($"create role {login.Name} login password 'test'");
            await owner.RunAsync($"grant {login._schema}_{role} to {login.Name}");
            return login;
        }

        public Task<TestHost> StartAsync() => HealthHost.StartAsync(
            new NpgsqlConnectionStringBuilder(Owner) { Username = Name, Password = "test" }.ConnectionString,
            health: static o => o.HorizonAge = TimeSpan.FromSeconds(1),
            options: o => (o.Schema, o.Migrate) = (_schema, MigrateMode.Validate));

        public async ValueTask DisposeAsync()
        {
            NpgsqlConnection.ClearAllPools();
            await using var owner = await Session.OpenAsync(Owner);
            foreach (var role in new[] { Name, $"{_schema}_enqueue", $"{_schema}_worker", $"{_schema}_view" })
            {
                await owner.RunAsync($"drop owned by {role}");
                await owner.RunAsync($"drop role {role}");
            }
        }
    }
}
