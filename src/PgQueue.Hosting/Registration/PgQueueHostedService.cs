using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using PgQueue.Configuration;
using PgQueue.Diagnostics;
using PgQueue.Health;
using PgQueue.Schema;
using PgQueue.Storage;
using PgQueue.Worker;

namespace PgQueue.Registration;

/// <summary>Ties one queue to the host's life: prepares the schema before the host reports started, runs the workers, and stops them in order.</summary>
internal sealed class PgQueueHostedService(IServiceProvider services, string name) : IHostedLifecycleService, IAsyncDisposable
{
    private static readonly TimeSpan SayAgainAfter = TimeSpan.FromMinutes(5);
    private readonly CancellationTokenSource _stop = new();
    private Task _late = Task.CompletedTask;
    private WorkerEngine? _engine;
    private QueueServices? _queue;

    private QueueServices Queue => _queue ??= services.GetRequiredKeyedService<QueueServices>(name);

    private ILogger Logger => Queue.Logger("Host");

    /// <summary>A database that cannot be reached does not stop the host: the queue starts when it can. A schema that does not fit does.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var warning in Warnings())
            Logger.OptionWarning(warning);
        try
        {
            await PrepareAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (StorageErrors.IsPassing(e) && e is not PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege })
        {
            Logger.DatabaseNotReady(e, e.Message);
            Queue.Watch.StartFailed(e);
            _late = Task.Run(() => PrepareLaterAsync(_stop.Token), CancellationToken.None);
        }
        catch (PostgresException e)
        {
            if ((Queue.Options.Migrate == MigrateMode.Auto ? StorageErrors.ExplainedAtMigration(e) : StorageErrors.Explained(e)) is { } explained)
                throw explained;
            throw;
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        Queue.Watch.Enter(ProcessState.Stopping);
        await _stop.CancelAsync().ConfigureAwait(false);
        await LateEndAsync().ConfigureAwait(false);
        if (_engine is { } engine)
            await engine.StopClaimingAsync().ConfigureAwait(false);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_engine is { } engine)
        {
            await engine.StopAsync(cancellationToken).ConfigureAwait(false);
            await engine.DisposeAsync().ConfigureAwait(false);
            _engine = null;
        }
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await LateEndAsync().ConfigureAwait(false);
        if (_engine is { } engine)
            await engine.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>A try that hangs in a dead network is left behind: it starts nothing any more.</summary>
    private async Task LateEndAsync()
    {
        if (_late.IsCompleted)
            return;
        try
        {
            await _late.WaitAsync(TimeSpan.FromSeconds(2), Queue.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // as said
        }
    }

    private IEnumerable<string> Warnings()
    {
        var shutdown = services.GetService<IOptions<HostOptions>>()?.Value.ShutdownTimeout;
        var warnings = Queue.Sources.Warnings;
        if (Queue.Registrations.Schedules.Count > 0 && !Queue.Registrations.RunsWorkers(Queue.Options))
            warnings = [.. warnings, $"AddCron: this process runs no jobs (it has no handler, or no queue), so it defines and fires no schedules: {string.Join(", ", Queue.Registrations.Schedules.Select(s => s.Name))}."];
        return warnings.Concat(
            StartWarnings.Check(Queue.Options, PgQueueRules.PathOf(name), Queue.Registrations.Handlers.Count > 0, shutdown));
    }

    private async Task PrepareLaterAsync(CancellationToken cancellationToken)
    {
        var said = Queue.Time.GetTimestamp();
        for (var attempt = 0; !cancellationToken.IsCancellationRequested; attempt++)
        {
            try
            {
                var pause = TimeSpan.FromMilliseconds(Math.Min(200 * Math.Pow(2, attempt), 10_000) * (0.5 + (Random.Shared.NextDouble() * 0.5)));
                await Task.Delay(pause, Queue.Time, cancellationToken).ConfigureAwait(false);
                await PrepareAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Queue.Watch.StartFailed(e);
                var isPassing = StorageErrors.IsPassing(e);
                if (!isPassing)
                    attempt = 10;
                if (isPassing && Queue.Time.GetElapsedTime(said) < SayAgainAfter)
                    continue;
                Logger.DatabaseNotReady(e, e.Message);
                said = Queue.Time.GetTimestamp();
            }
        }
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var migrator = new Migrator(Queue.Database.Schema, Queue.Time, Queue.Logger("Schema"));
        if (Queue.Options.Migrate == MigrateMode.Auto)
            await migrator.MigrateAsync(Queue.Database.Source, cancellationToken).ConfigureAwait(false);
        else if (Queue.Options.Migrate == MigrateMode.Validate)
            await migrator.ValidateAsync(Queue.Database.Source, cancellationToken).ConfigureAwait(false);
        if (!Queue.Registrations.RunsWorkers(Queue.Options))
        {
            Queue.Watch.Enter(ProcessState.EnqueueOnly);
            return;
        }

        await Queue.Lanes.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var recalled = await new DueStore(Queue.Database).RecallDeferredAsync(Queue.Routes.Types, Queue.Routes.Prefixes, cancellationToken).ConfigureAwait(false);
        if (recalled > 0)
            Logger.DeferredRecalled(recalled);
        cancellationToken.ThrowIfCancellationRequested();
        var engine = await new WorkerFactory(Queue, services.GetRequiredService<IServiceScopeFactory>()).CreateAsync(cancellationToken).ConfigureAwait(false);
        _engine = engine;
        // what runs for as long as the host must not count as part of the span that started it
        using var flow = ExecutionContext.SuppressFlow();
        engine.Start();
        Queue.Watch.Enter(ProcessState.Working);
    }
}
