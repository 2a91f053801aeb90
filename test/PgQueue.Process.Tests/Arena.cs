using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using PgQueue.TestWorker;

namespace PgQueue.ProcessTests;

/// <summary>One database, the processes on it, and what they wrote down.</summary>
internal sealed class Arena : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("pgqueue-process-").FullName;
    private readonly IHost _client;
    private int _children;

    private Arena(string database, string throughPool)
    {
        Database = database;
        Reached = throughPool;
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddPgQueue(o => o.ConnectionString = Reached);
        _client = builder.Build();
    }

    /// <summary>The database itself.</summary>
    public string Database { get; }

    /// <summary>How the processes reach it: itself, or through a pooler.</summary>
    public string Reached { get; }

    public List<Child> Children { get; } = [];

    public IEnumerable<Child> Alive => Children.Where(c => !c.HasExited);

    /// <summary>A client in this process. What it enqueues must be told to <see cref="Acked"/>.</summary>
    public IJobClient Client => _client.Services.GetRequiredService<IJobClient>();

    public IJobAdmin Admin => _client.Services.GetRequiredService<IJobAdmin>();

    public HashSet<Guid> Acked { get; } = [];

    public static async Task<Arena> OpenAsync(string database, string? throughPool = null)
    {
        var plain = new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString;
        var arena = new Arena(plain, throughPool ?? database);
        await arena.ExecuteAsync("create table fx(job_id uuid, token bigint); create table effect(job_id uuid primary key, token bigint)");
        return arena;
    }

    /// <summary>Starts a worker, and waits until it has registered.</summary>
    public async Task<Child> WorkerAsync(params IEnumerable<string> settings)
    {
        var child = Start(["mode=worker", .. settings]);
        await child.StartedAsync();
        return child;
    }

    public async Task<Child[]> WorkersAsync(int count, params string[] settings) =>
        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => WorkerAsync(settings)));

    public Child Producer(params IEnumerable<string> settings) => Start(["mode=producer", .. settings]);

    public Child Start(IEnumerable<string> settings)
    {
        var child = new Child(Reached, Path.Combine(_directory, $"{Interlocked.Increment(ref _children)}.history"), settings);
        lock (Children)
            Children.Add(child);
        return child;
    }

    public async Task<Guid[]> EnqueueAsync(string kind, int count, int number = 0, EnqueueOptions? options = null)
    {
        var receipts = await Client.EnqueueManyAsync(Enumerable.Range(0, count).Select(_ => new NewJob(new Work(kind, number), options ?? new EnqueueOptions())));
        Guid[] ids = [.. receipts.Select(r => r.JobId)];
        Acked.UnionWith(ids);
        return ids;
    }

    /// <summary>The same on a database that no worker has prepared yet.</summary>
    public async Task<Guid[]> EnqueueAfterMigrationAsync(string kind, int count, int number)
    {
        await (await WorkerAsync()).StopAsync();
        return await EnqueueAsync(kind, count, number);
    }

    /// <summary>Waits until nothing is waiting or running.</summary>
    public Task DrainedAsync(int seconds = 60) => Wait.UntilAsync(
        async () => await NumberAsync("select (select count(*) from pgqueue.ready) + (select count(*) from pgqueue.scheduled) + (select count(*) from pgqueue.lease)") == 0,
        "the queue is drained", seconds, () => $"{string.Join('\n', Alive.Select(c => $"{c.Id}: {c.LastLines}"))}\n{StateAsync().GetAwaiter().GetResult()}");

    public async Task StopAllAsync() => await Task.WhenAll(Alive.ToList().Select(c => c.StopAsync()));

    /// <summary>Drains, stops everybody, and holds histories and tables against each other.</summary>
    public async Task<Verdict> JudgeAsync(int seconds = 60)
    {
        await DrainedAsync(seconds);
        await StopAllAsync();
        return await Checker.CheckAsync(this);
    }

    public List<Event> Events() => [.. Directory.GetFiles(_directory).SelectMany(Event.Read).OrderBy(e => e.At)];

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<long> NumberAsync(string sql) => Convert.ToInt64((await ListAsync<object>(sql)).FirstOrDefault() ?? 0L);

    public async Task<List<T>> ListAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(Database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var values = new List<T>();
        while (await reader.ReadAsync())
            values.Add(reader.GetFieldValue<T>(0));
        return values;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var child in Children)
            child.Dispose();
        if (_client is IAsyncDisposable client)
            await client.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task<string> StateAsync() => string.Join('\n', await ListAsync<string>(
        """
        select 'worker '||w from pgqueue.worker w union all select 'ready '||r from (select * from pgqueue.ready limit 10) r
        union all select 'scheduled '||r from (select * from pgqueue.scheduled limit 10) r union all select 'lease '||r from (select * from pgqueue.lease limit 10) r
        union all select 'lane '||l from pgqueue.lane l
        """));
}
