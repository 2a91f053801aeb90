using PgQueue.ThrowawayPostgres;

namespace PgQueue.CliTests;

/// <summary>One server for all tests of this project.</summary>
[SetUpFixture]
internal sealed class Server
{
    public static ThrowawayServer Shared { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task Start() => Shared = await ThrowawayServer.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await Shared.DisposeAsync();
}
