using System.Transactions;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace PgQueue.Storage;

/// <summary>The connections of one queue: a pool for its work, and a small one of its own for heartbeats. Disposes only what it built.</summary>
internal sealed class DataSources : IAsyncDisposable
{
    private const string DefaultApplicationName = "PgQueue";
    private readonly NpgsqlDataSource? _heartbeats;
    private readonly bool _owns;

    /// <summary>Chooses the database; see <see cref="PgQueueOptions.ConnectionString"/> for the order.</summary>
    /// <exception cref="PgQueueException">There is none, or its connection string cannot be used.</exception>
    public DataSources(PgQueueOptions options, string name, NpgsqlDataSource? registered, IConfiguration? configuration)
    {
        var choice = DatabaseChoice.Find(options, name, registered, configuration) ?? throw new PgQueueException(DatabaseChoice.Missing(name));
        if (choice.Check(runsWorkers: false).ToList() is { Count: > 0 } errors)
            throw new PgQueueException(string.Join(Environment.NewLine, errors));
        Warnings = choice.Warnings(name);
        _owns = choice.Registered is null;
        Main = choice.Registered is { } given ? Writing(given) : Build(MainSettings(choice.ConnectionString!));
        _heartbeats = _owns ? Build(HeartbeatSettings(choice.ConnectionString!)) : null;
    }

    /// <summary>The pool for everything but heartbeats. Open through <see cref="OpenAsync"/>: a data source from DI may enlist in ambient transactions.</summary>
    public NpgsqlDataSource Main { get; }

    /// <summary>What is allowed but probably not meant: for the caller to log at start.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Opens a connection of <see cref="Main"/> that is no part of an ambient <see cref="TransactionScope"/>.</summary>
    public Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (_owns || Transaction.Current is null)
            return Main.OpenConnectionAsync(cancellationToken).AsTask();

        // an ambient transaction lives in the thread or in the flow; a pool thread without the flow has neither
        using (ExecutionContext.SuppressFlow())
            return Task.Run(() => Main.OpenConnectionAsync(cancellationToken).AsTask(), cancellationToken);
    }

    /// <summary>Opens a connection for heartbeats only, on the calling thread. The caller keeps it open and disposes it.</summary>
    public NpgsqlConnection OpenHeartbeat() => (_heartbeats ?? Main).OpenConnection();

    public async ValueTask DisposeAsync()
    {
        if (_heartbeats is not null)
            await _heartbeats.DisposeAsync().ConfigureAwait(false);
        if (_owns)
            await Main.DisposeAsync().ConfigureAwait(false);
    }

    internal static NpgsqlConnectionStringBuilder MainSettings(string connectionString)
    {
        // our sessions change no state, and a reset would throw the plans of the queue's functions away with every return to the pool
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Enlist = false, NoResetOnClose = true };
        if (string.IsNullOrEmpty(settings.ApplicationName))
            settings.ApplicationName = DefaultApplicationName;
        if (settings.Host!.Contains(',', StringComparison.Ordinal))
            settings.TargetSessionAttributes ??= "read-write";
        return settings;
    }

    /// <summary>Short limits, so that a dead server is noticed within a lease, and room for a second connection while a broken one is given up.</summary>
    internal static NpgsqlConnectionStringBuilder HeartbeatSettings(string connectionString)
    {
        var settings = MainSettings(connectionString);
        settings.ApplicationName += " heartbeat";
        settings.Timeout = 3;
        settings.CommandTimeout = 4;
        settings.CancellationTimeout = 500;
        settings.MinPoolSize = 0;
        settings.MaxPoolSize = 2;
        return settings;
    }

    /// <summary>Without the application's loggers: the driver would log every poll as information. What fails is in the exceptions, which the queue logs.</summary>
    private static NpgsqlDataSource Build(NpgsqlConnectionStringBuilder settings) => new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();

    private static NpgsqlDataSource Writing(NpgsqlDataSource registered) =>
        registered is NpgsqlMultiHostDataSource several && new NpgsqlConnectionStringBuilder(several.ConnectionString).TargetSessionAttributes is null
            ? several.WithTargetSession(TargetSessionAttributes.ReadWrite)
            : registered;
}
