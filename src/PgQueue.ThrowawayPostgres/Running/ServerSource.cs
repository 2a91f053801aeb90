namespace PgQueue.ThrowawayPostgres.Running;

/// <summary>Where servers come from: installed binaries, or containers if built with UseTestcontainers=true.</summary>
internal static class ServerSource
{
    public static async Task<IRunningServer> StartAsync(ThrowawayServerOptions options, CancellationToken cancellationToken) =>
#if USE_TESTCONTAINERS
        await TestcontainersServer.StartAsync(options, cancellationToken).ConfigureAwait(false);
#else
        await InstalledServer.StartAsync(options, cancellationToken).ConfigureAwait(false);
#endif
}
