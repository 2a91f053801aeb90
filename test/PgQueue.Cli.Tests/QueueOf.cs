using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace PgQueue.CliTests;

/// <summary>A queue in a database of its own, and a worker process for it where a test wants one.</summary>
internal sealed class QueueOf : IAsyncDisposable
{
    private readonly IHost _client;

    private QueueOf(string database, IHost client) => (Database, _client) = (database, client);

    public string Database { get; }

    public IJobClient Jobs => _client.Services.GetRequiredService<IJobClient>();

    public IJobAdmin Admin => _client.Services.GetRequiredService<IJobAdmin>();

    public IScheduleClient Schedules => _client.Services.GetRequiredService<IScheduleClient>();

    public static async Task<QueueOf> MakeAsync()
    {
        var database = await Server.Shared.CreateDatabaseAsync();
        var client = Build(database, _ => { });
        await client.StartAsync();
        return new QueueOf(database, client);
    }

    public Task<Result> RunAsync(params string[] arguments) => Tool.RunAsync(Database, arguments);

    /// <summary>A worker in this process.</summary>
    public async Task<IHost> WorkAsync(Action<IPgQueueBuilder>? configure = null)
    {
        var worker = Build(Database, queue =>
        {
            queue.AddHandler<Work, WorkHandler>();
            configure?.Invoke(queue);
        });
        await worker.StartAsync();
        return worker;
    }

    /// <summary>Stores a job and waits until it has ended.</summary>
    public async Task<Guid> EndedAsync(Work work, EnqueueOptions? options = null)
    {
        var job = (await Jobs.EnqueueAsync(work, (options ?? new EnqueueOptions()) with { MaxAttempts = 1 })).JobId;
        using var worker = await WorkAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await Jobs.GetAsync(job, limit.Token))!.FinishedAt is null)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
        await worker.StopAsync(limit.Token);
        return job;
    }

    /// <summary>Jobs that were cancelled before they could run.</summary>
    public async Task<IReadOnlyList<Guid>> CancelledAsync(int count)
    {
        var receipts = await Jobs.EnqueueManyAsync(Enumerable.Range(0, count).Select(_ => new Work()), new EnqueueOptions { Delay = TimeSpan.FromDays(1) });
        await Admin.CancelAllAsync(new JobFilter { State = JobState.Scheduled });
        return [.. receipts.Select(r => r.JobId)];
    }

    public async Task<long> NumberAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync() ?? 0L, System.Globalization.CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.StopAsync();
        _client.Dispose();
    }

    private static IHost Build(string database, Action<IPgQueueBuilder> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        configure(builder.Services.AddPgQueue(options =>
        {
            options.ConnectionString = database;
            options.Polling.Idle = TimeSpan.FromMilliseconds(200);
            options.Polling.Busy = TimeSpan.FromMilliseconds(50);
        }));
        return builder.Build();
    }
}
