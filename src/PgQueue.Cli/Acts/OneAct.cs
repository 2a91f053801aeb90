using PgQueue.Cli.Output;

namespace PgQueue.Cli.Acts;

/// <summary>Says what came of an act on one job.</summary>
internal static class OneAct
{
    /// <param name="screen">Where.</param>
    /// <param name="act">The command: <c>cancel</c>.</param>
    /// <param name="done">What the job is then: <c>cancelled</c>.</param>
    /// <param name="result">What came of it.</param>
    public static int Tell(Screen screen, string act, string done, ActResult result)
    {
        if (screen.IsJson)
            screen.Document(new { result.JobId, Act = act, result.Outcome });
        switch (result.Outcome)
        {
            case ActOutcome.Done:
                screen.Say($"Job {result.JobId} is {done}.");
                return ExitCode.Done;
            case ActOutcome.Asked:
                screen.Say($"Job {result.JobId} runs. Its token is cancelled; it is {done} when its handler ends.");
                return ExitCode.Done;
            case ActOutcome.NothingToDo:
                screen.Say($"Job {result.JobId} is {done} already, or was asked to end before.");
                return ExitCode.Done;
            case ActOutcome.Running:
                throw new CliException(ExitCode.Refused, $"Job {result.JobId} is running. Only a job that waits can be {done}.");
            case ActOutcome.Finished:
                throw new CliException(ExitCode.Refused, $"Job {result.JobId} was not {done}: it has finished.");
            default:
                throw Unknown(result.JobId);
        }
    }

    public static CliException Unknown(Guid job) => new(ExitCode.Refused, $"There is no job {job}, or its record has passed retention.");
}
