using System.Diagnostics;

namespace PgQueue.Samples.Worker;

// snippet:middleware
internal sealed class TimingMiddleware : IJobMiddleware
{
    public async Task InvokeAsync(JobContext context, JobDelegate next, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        await next(context, cancellationToken);
        Console.WriteLine($"{context.Type} took {watch.ElapsedMilliseconds} ms.");
    }
}
// endsnippet
