using System.Diagnostics;

namespace PgQueue.Samples.Orders;

/// <summary>The show: posts the orders, kills a worker if asked to, waits for the last job and checks the books.</summary>
internal sealed class Demo(
    IConfiguration configuration, IHostApplicationLifetime lifetime, IJobClient jobs, OrderFeed feed, SecondWorker worker, Progress progress,
    ClosingReport report)
{
    public const string KillArgument = "--kill";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan ReportDelay = TimeSpan.FromSeconds(15);

    public async Task<int> RunAsync(Uri shop, bool kill)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
        stop.CancelAfter(Limit);
        try
        {
            Console.WriteLine($"Posting {feed.Count:N0} orders to {shop}orders at {feed.OrdersPerSecond} a second.");
            return await RunAsync(shop, kill, stop.Token);
        }
        catch (Exception e) when (e is HttpRequestException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            var reason = lifetime.ApplicationStopping.IsCancellationRequested ? "Stopped." : $"Not finished after {Limit.TotalMinutes:F0} minutes.";
            await Console.Error.WriteLineAsync(reason);
            return 1;
        }
    }

    private async Task<int> RunAsync(Uri shop, bool kill, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        await jobs.EnqueueAsync(new ReportDeliveries(), new EnqueueOptions { Delay = ReportDelay }, cancellationToken);
        var posting = feed.PostAllAsync(shop, cancellationToken);
        var killing = kill
            ? worker.StartAndKillAsync(configuration.GetConnectionString("PgQueue")!, shop, cancellationToken)
            : Task.FromResult<KillOutcome?>(null);

        var stats = await progress.ShowUntilFinishedAsync([posting, killing], cancellationToken);
        await posting;
        return await report.PrintAsync(stats, watch.Elapsed, await killing, cancellationToken);
    }
}
