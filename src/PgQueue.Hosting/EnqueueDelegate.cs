namespace PgQueue;

/// <summary>The rest of an enqueue call: the following middleware and the write.</summary>
/// <param name="context">The jobs of the call.</param>
/// <param name="cancellationToken">The token the rest is to observe.</param>
public delegate Task EnqueueDelegate(EnqueueContext context, CancellationToken cancellationToken);
