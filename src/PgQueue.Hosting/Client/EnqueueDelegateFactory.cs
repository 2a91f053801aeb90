namespace PgQueue.Client;

/// <summary>Puts the enqueue middleware around the write, in the order of registration.</summary>
internal sealed class EnqueueDelegateFactory(IReadOnlyList<IEnqueueMiddleware> middleware)
{
    public bool IsEmpty => middleware.Count == 0;

    public EnqueueDelegate Around(EnqueueDelegate write)
    {
        var pipeline = write;
        foreach (var outer in middleware.Reverse())
        {
            var next = pipeline;
            pipeline = (context, cancellationToken) => outer.InvokeAsync(context, next, cancellationToken);
        }

        return pipeline;
    }
}
