using PgQueue.Schema;
using PgQueue.Storage;

namespace PgQueue.Health;

/// <summary>Asks the database how the queue is, once for everybody who wants to know within a few seconds.</summary>
internal sealed class DatabaseProbe
{
    private readonly QueueDatabase _database;
    private readonly HealthStore _store;
    private readonly PgQueueOptions _options;
    private readonly Func<Guid?> _worker;
    private readonly TimeProvider _time;
    private readonly SharedAnswer<DatabaseFacts> _answer;

    public DatabaseProbe(QueueDatabase database, PgQueueOptions options, Func<Guid?> worker, TimeProvider time)
    {
        _database = database;
        _store = new HealthStore(database);
        _options = options;
        _worker = worker;
        _time = time;
        _answer = new SharedAnswer<DatabaseFacts>(AskAsync, () => new DatabaseFacts { Outage = TooLate }, time);
    }

    private string TooLate =>
        $"no answer within {Words.Of(_options.Health.Timeout)}; look at the server's load, its locks and the network, and whether every connection of the pool is in use";

    public Task<DatabaseFacts> ReadAsync(CancellationToken cancellationToken) =>
        _answer.GetAsync(_options.Health.CacheFor, _options.Health.Timeout, cancellationToken);

    private async Task<DatabaseFacts> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await LookAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            return new DatabaseFacts { Outage = TooLate };
        }
        catch (SchemaVersionException e)
        {
            return new DatabaseFacts { SchemaFault = e.Message };
        }
        catch (Exception e)
        {
            return new DatabaseFacts { Outage = OutageText.Of(e) };
        }
    }

    private async Task<DatabaseFacts> LookAsync(CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        await using var connection = await _database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var state = await SchemaState.ReadAsync(connection, _database.Schema, cancellationToken).ConfigureAwait(false);
        if (Fault(state) is { } fault)
            return new DatabaseFacts { SchemaFault = fault, SchemaVersion = state.Applied, Took = _time.GetElapsedTime(began) };
        var facts = new DatabaseFacts { SchemaVersion = state.Applied, Worker = _worker() };
        try
        {
            var (asked, askedAt) = (_time.GetTimestamp(), _time.GetUtcNow());
            var rows = await _store.ReadAsync(
                connection, facts.Worker, _options.Retry.MaxDelay, _options.Health.OverdueAfter, _options.Health.HorizonAge, cancellationToken).ConfigureAwait(false);
            var middle = askedAt + (_time.GetElapsedTime(asked) / 2);
            return facts with { Rows = rows, ClockAhead = middle - new DateTimeOffset(rows.Queue.Now), Took = _time.GetElapsedTime(began) };
        }
        catch (Exception e) when (StorageErrors.IsForbidden(e))
        {
            return facts with { MayNotLook = true, Took = _time.GetElapsedTime(began) };
        }
    }

    private string? Fault(SchemaState state)
    {
        try
        {
            state.Check(_database.Schema);
        }
        catch (SchemaVersionException e)
        {
            return e.Message;
        }

        if (state.Pending.Count == 0)
            return null;
        return state.Applied == 0
            ? $"Schema \"{_database.Schema.Value}\" holds no queue: start a host with Migrate = Auto, or apply the script of PgQueueSchema.GetScript()."
            : $"Schema \"{_database.Schema.Value}\" is at version {state.Applied} and this package needs {MigrationCatalog.Latest}: start a host with Migrate = Auto, or apply the script of PgQueueSchema.GetScript({state.Applied}).";
    }
}
