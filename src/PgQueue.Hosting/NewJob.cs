namespace PgQueue;

/// <summary>One job of an <see cref="IJobClient.EnqueueManyAsync(IEnumerable{NewJob}, CancellationToken)"/> call, with options of its own.</summary>
/// <param name="Payload">The payload, of any class.</param>
/// <param name="Options">Its options; <see langword="null"/> for the defaults.</param>
public sealed record NewJob(object Payload, EnqueueOptions? Options = null);
