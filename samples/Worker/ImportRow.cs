namespace PgQueue.Samples.Worker;

[JobType("import-row")]
internal sealed record ImportRow(int Row);

internal sealed class ImportRowHandler(ImportTally tally) : IJobHandler<ImportRow>
{
    public Task HandleAsync(ImportRow payload, JobContext context, CancellationToken cancellationToken)
    {
        tally.Add();
        return Task.CompletedTask;
    }
}

/// <summary>Counts the imported rows and tells every 250th.</summary>
internal sealed class ImportTally
{
    private int _rows;

    public void Add()
    {
        var rows = Interlocked.Increment(ref _rows);
        if (rows % 250 == 0)
            Console.WriteLine($"Imported {rows:N0} rows.");
    }
}
