namespace PgQueue.TestWorker;

/// <summary>Behaves as the payload says, and writes down when it started, was told to stop, and ended.</summary>
internal sealed class WorkHandler(History history, UserDatabase users, TimeProvider time) : IJobHandler<Work>
{
    public async Task HandleAsync(Work payload, JobContext context, CancellationToken cancellationToken)
    {
        history.Write("start", context, payload.Kind);
        await using var registration = cancellationToken.UnsafeRegister(_ => history.Write("token-cancelled", context), null);
        var result = "ok";
        try
        {
            await BehaveAsync(payload, context, cancellationToken);
        }
        catch (Exception e)
        {
            result = e.GetType().Name;
            throw;
        }
        finally
        {
            history.Write("end", context, result);
        }
    }

    private async Task BehaveAsync(Work payload, JobContext context, CancellationToken cancellationToken)
    {
        switch (payload.Kind)
        {
            case "noop":
                break;
            case "random":
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(payload.Number + 1)), time, cancellationToken);
                break;
            case "long":
                await Task.Delay(TimeSpan.FromMilliseconds(payload.Number), time, cancellationToken);
                break;
            case "once" when context.Attempt == 1:
                await Task.Delay(TimeSpan.FromMilliseconds(payload.Number), time, cancellationToken);
                break;
            case "ignore":
                await Task.Delay(TimeSpan.FromMilliseconds(payload.Number), time, CancellationToken.None);
                break;
            case "block":
                using (var never = new ManualResetEventSlim())
                    never.Wait(payload.Number, CancellationToken.None);
                break;
            case "fail" when context.Attempt <= payload.Number:
                throw new InvalidOperationException($"attempt {context.Attempt} fails on purpose");
            case "snooze" when Random.Shared.Next(2) == 0:
                context.Snooze(TimeSpan.FromMilliseconds(50));
                break;
            case "poison":
                Environment.FailFast("a poisonous job");
                break;
            case "effect":
                await Task.Delay(TimeSpan.FromMilliseconds(payload.Number), time, CancellationToken.None);
                history.Write(await users.TryEffectAsync(context.JobId, context.Token) ? "effect.ok" : "effect.stale", context);
                break;
            case "tx":
                await CompleteAsync(context, commits: context.Attempt > payload.Number, cancellationToken);
                break;
            default:
                break;
        }
    }

    private async Task CompleteAsync(JobContext context, bool commits, CancellationToken cancellationToken)
    {
        await using var transaction = await users.BeginAsync();
        await using var connection = transaction.Connection;
        await UserDatabase.ExecuteAsync(transaction, "insert into fx(job_id, token) values ($1, $2)", context.JobId, context.Token);
        await context.CompleteInAsync(transaction, cancellationToken);
        if (commits)
            await transaction.CommitAsync(CancellationToken.None);
    }
}
