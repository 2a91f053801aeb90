namespace PgQueue.Samples.Telemetry;

/// <summary>A file to import; it fails at its first attempt if <paramref name="IsFlaky"/>.</summary>
internal sealed record Import(string File, bool IsFlaky = false);

internal sealed class ImportHandler : IJobHandler<Import>
{
    public async Task HandleAsync(Import payload, JobContext context, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        if (payload.IsFlaky && context.Attempt == 1)
            throw new IOException("The share is away for a moment.");
        Console.WriteLine($"Imported {payload.File} at attempt {context.Attempt}, trace {System.Diagnostics.Activity.Current?.TraceId}.");
    }
}
