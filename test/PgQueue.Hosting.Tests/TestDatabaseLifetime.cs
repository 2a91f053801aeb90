namespace PgQueue.Tests;

/// <summary>Ends the server of <see cref="TestDatabase"/> after the last test.</summary>
[SetUpFixture]
internal sealed class TestDatabaseLifetime
{
    [OneTimeTearDown]
    public Task Dispose() => TestDatabase.DisposeAsync();
}
