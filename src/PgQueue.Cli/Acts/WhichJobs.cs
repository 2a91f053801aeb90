using System.CommandLine;
using PgQueue.Cli.Input;

namespace PgQueue.Cli.Acts;

/// <summary>One job by its id, or many by a filter: never both, and never all by an oversight.</summary>
internal sealed class WhichJobs(TimeProvider time)
{
    private readonly Argument<Guid?> _id = Parsed.JobId(isOptional: true);
    private readonly FilterOptions _filter = new(time);
    private readonly BulkOptions _bulk = new();

    public void AddTo(Command command)
    {
        command.Add(_id);
        _filter.AddTo(command);
        _bulk.AddTo(command);
    }

    public Task<int> RunAsync(CommandContext context, Func<CommandContext, Guid, Task<int>> one, Func<BulkOptions, JobFilter, Task<int>> many)
    {
        var hasFilter = _filter.IsGiven(context.Parsed);
        return (context.Parsed.GetValue(_id), hasFilter) switch
        {
            ({ }, true) => throw new CliException(ExitCode.Usage, "Give either a job's id or a filter, not both."),
            (null, false) => throw new CliException(ExitCode.Usage, "Say which jobs: a job's id, or a filter with --state and perhaps --queue, --type, --since, --until, --error."),
            ({ }, false) when context.Parsed.GetValue(_bulk.DryRun) => throw new CliException(ExitCode.Usage, "--dry-run is for many jobs. \"pgqueue show\" shows one."),
            ({ } job, false) => one(context, job),
            (null, true) => many(_bulk, _filter.Read(context.Parsed)),
        };
    }
}
