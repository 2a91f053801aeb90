namespace PgQueue.Handlers;

/// <summary>What a payload class says about its jobs. Null: the defaults.</summary>
internal sealed record PayloadType(string Name, string? Queue, int? MaxAttempts);
