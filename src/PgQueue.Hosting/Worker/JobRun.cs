using System.Data.Common;
using PgQueue.Diagnostics;
using PgQueue.Payloads;
using PgQueue.Storage;

namespace PgQueue.Worker;

/// <summary>One run of a job, as its context acts on it: completion, result, progress, and the lines logged.</summary>
internal sealed class JobRun(
    WorkItem item, RunSlot slot, PayloadSerializer serializer, InTransactionCompletion completion, ProgressLoop progress, CapturedLines? lines) : IJobRun
{
    private const string SetLate = nameof(JobContext.SetResult);
    private const int MaxMessageBytes = 800;
    private volatile byte[]? _result;
    private volatile bool _hasEnded;
    private byte[]? _completedWith;
    private ProgressReport? _latest;
    private int _isListed;

    public async Task CompleteInAsync(DbTransaction transaction, CancellationToken cancellationToken)
    {
        var output = JobOutput.Of(_result, lines?.ToJson());
        await completion.CompleteAsync(item, slot.StartedAt, transaction, output, cancellationToken).ConfigureAwait(false);
        _completedWith = output?.Result;
    }

    public void SetResult(object? value) => _result = serializer.WriteResult(value);

    public void ReportProgress(double fraction, string? message)
    {
        if (_hasEnded)
            return;
        Volatile.Write(ref _latest, new ProgressReport(fraction, message));
        List();
    }

    /// <summary>What is to be written now, if anything: the last value, and only once.</summary>
    public ProgressRow? TakeProgress(out ProgressReport? report)
    {
        Interlocked.Exchange(ref _isListed, 0);
        report = Interlocked.Exchange(ref _latest, null);
        return report is null || _hasEnded
            ? null
            : new ProgressRow(
                item.Tenure.Id, item.Job.Id, item.Job.LeaseId, report.Fraction, report.Message is null ? null : ErrorText.Clean(report.Message, MaxMessageBytes));
    }

    /// <summary>It could not be written: again later, unless there is a newer value.</summary>
    public void ReturnProgress(ProgressReport report)
    {
        if (Interlocked.CompareExchange(ref _latest, report, null) is null)
            List();
    }

    /// <summary>The run is over; what its flow still logs or reports goes nowhere.</summary>
    public byte[]? End()
    {
        _hasEnded = true;
        return lines?.Close();
    }

    /// <summary>The outcome with what is kept beside it.</summary>
    public JobOutcome With(in JobOutcome outcome, byte[]? log)
    {
        var output = JobOutput.Of(outcome.Outcome == AttemptOutcome.Succeeded ? _result : null, log);
        if (outcome.InTransaction && outcome.Besides is null && !ReferenceEquals(_result, _completedWith))
            return outcome with { Output = output, Besides = SetLate };
        return output is null ? outcome : outcome with { Output = output };
    }

    private void List()
    {
        if (Interlocked.Exchange(ref _isListed, 1) == 0)
            progress.Add(this);
    }
}
