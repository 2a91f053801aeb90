using System.Data.Common;

namespace PgQueue;

/// <summary>What a <see cref="JobContext"/> needs of the worker that runs the job.</summary>
internal interface IJobRun
{
    Task CompleteInAsync(DbTransaction transaction, CancellationToken cancellationToken);

    /// <summary>Keeps the result, as JSON. Throws what is wrong with it.</summary>
    void SetResult(object? value);

    void ReportProgress(double fraction, string? message);
}
