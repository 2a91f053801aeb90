namespace PgQueue.ThrowawayPostgres.Running;

/// <summary>A server, whether from installed binaries or from a container.</summary>
internal interface IRunningServer : IAsyncDisposable
{
    string Host { get; }

    int Port { get; }

    int MajorVersion { get; }

    string DataDirectory { get; }

    string LogFile { get; }

    Task StopAsync(ThrowawayStopMode mode, CancellationToken cancellationToken);

    Task StartAgainAsync(CancellationToken cancellationToken);

    string ReadLog();
}
