namespace PgQueue.Storage;

/// <summary>ReadRoutes.sql's row: a route's name, or a live worker's queues and routes.</summary>
internal sealed class RouteRow
{
    public string? Name { get; init; }

    public string[]? Queues { get; init; }

    public string[]? Routes { get; init; }
}
