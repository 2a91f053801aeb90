using Microsoft.Extensions.Hosting;

namespace PgQueue.TestWorker;

/// <summary>Enqueues in every way there is, and writes down of each job whether it was stored (enq.ok), was not (enq.fail), or may have been (enq.info).</summary>
internal sealed class Producer(IJobClient client, History history, UserDatabase users, Settings settings, IHostApplicationLifetime lifetime) : BackgroundService
{
    private readonly string[] _mix = settings.Text("mix", "noop,noop,noop,random,random,fail,tx,snooze").Split(',');

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var left = settings.Number("jobs", 1000);
        while (left > 0 && !stoppingToken.IsCancellationRequested)
        {
            var many = Random.Shared.Next(10) switch
            {
                < 4 => await SendAsync(client, [Job()]),
                < 6 => await SendAsync(client, [.. Enumerable.Range(0, Math.Min(left, 40)).Select(_ => Job())]),
                6 => await SendAsync(client, [Job(new EnqueueOptions { Delay = TimeSpan.FromMilliseconds(Random.Shared.Next(600)) })]),
                7 => await SendAsync(client, [Keyed()]),
                _ => await InTransactionAsync(),
            };
            left -= many;
            if (settings.Number("pause", 0) > 0)
                await Task.Delay(settings.Milliseconds("pause", 0), TimeProvider.System, CancellationToken.None);
        }

        lifetime.StopApplication();
    }

    private NewJob Job(EnqueueOptions? options = null)
    {
        var kind = _mix[Random.Shared.Next(_mix.Length)];
        var number = kind is "random" ? 50 : kind is "long" or "effect" or "ignore" ? settings.Number("ms", 500) : Random.Shared.Next(2);
        return new NewJob(new Work(kind, number), (options ?? new EnqueueOptions()) with { JobId = Guid.CreateVersion7(), Priority = Random.Shared.Next(3) });
    }

    private NewJob Keyed() => Job(new EnqueueOptions
    {
        DeduplicationKey = $"key-{Random.Shared.Next(50)}",
        Delay = Random.Shared.Next(2) == 0 ? TimeSpan.FromMilliseconds(300) : null,
        DeduplicationScope = Random.Shared.Next(3) == 0 ? DeduplicationScope.UntilStarted : DeduplicationScope.UntilFinished,
        OnDuplicate = Random.Shared.Next(3) == 0 ? DuplicateAction.Replace : DuplicateAction.ReturnExisting,
    });

    private async Task<int> SendAsync(IJobClient to, NewJob[] jobs)
    {
        try
        {
            Note("enq.ok", jobs, await to.EnqueueManyAsync(jobs));
        }
        catch (EnqueueOutcomeUnknownException e)
        {
            Note("enq.info", jobs, null, e);
        }
        catch (Exception e)
        {
            Note("enq.fail", jobs, null, e);
        }

        return jobs.Length;
    }

    private async Task<int> InTransactionAsync()
    {
        NewJob[] jobs = [.. Enumerable.Range(0, 1 + Random.Shared.Next(5)).Select(_ => Job())];
        IReadOnlyList<JobReceipt>? receipts = null;
        var committing = false;
        try
        {
            await using var transaction = await users.BeginAsync();
            await using var connection = transaction.Connection;
            receipts = await client.In(transaction).EnqueueManyAsync(jobs);
            if (Random.Shared.Next(3) == 0)
            {
                await transaction.RollbackAsync();
                Note("enq.fail", jobs, null);
                return jobs.Length;
            }

            committing = true;
            await transaction.CommitAsync();
            Note("enq.ok", jobs, receipts);
        }
        catch (Exception e)
        {
            Note(committing ? "enq.info" : "enq.fail", jobs, null, e);
        }

        return jobs.Length;
    }

    private void Note(string kind, NewJob[] jobs, IReadOnlyList<JobReceipt>? receipts, Exception? exception = null)
    {
        for (var i = 0; i < jobs.Length; i++)
        {
            // a key that somebody else holds: our id was not stored
            var own = jobs[i].Options!.JobId!.Value;
            history.Write(receipts is null || receipts[i].JobId == own ? kind : "enq.fail", own, extra: exception?.Message ?? "");
        }
    }
}
