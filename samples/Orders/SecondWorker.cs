using System.Diagnostics;

namespace PgQueue.Samples.Orders;

/// <summary>What the kill showed.</summary>
/// <param name="Held">How many orders the worker was delivering when it was killed.</param>
/// <param name="Elsewhere">How many of them another process finished; it had just finished the others itself.</param>
/// <param name="Took">The time from the kill until all of them were delivered.</param>
internal sealed record KillOutcome(int Held, int Elsewhere, TimeSpan Took);

/// <summary>A second process of this program that only works on jobs, and its sudden end.</summary>
internal sealed class SecondWorker(IJobClient jobs, OrderTable orders, OrderFeed feed, Receiver receiver)
{
    public const string Argument = "worker";

    private const int Rush = 120;
    private const int EnoughHeld = 5;
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    /// <summary>What the second process does: it works until its standard input ends, so it never outlives the first.</summary>
    public static async Task<int> RunAsync(WebApplication app)
    {
        await app.StartAsync();
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
        return 0;
    }

    /// <summary>Starts the process, kills it while it holds jobs, and waits until these have finished elsewhere.</summary>
    public async Task<KillOutcome?> StartAndKillAsync(string connectionString, Uri receiverUrl, CancellationToken cancellationToken)
    {
        using var worker = Start(connectionString, receiverUrl);
        try
        {
            Say($"Started a second worker process, {worker.Id}.");
            while ((await jobs.GetStatsAsync(cancellationToken)).Workers < 2 || feed.Accepted.Count < feed.Count / 3)
            {
                if (worker.HasExited)
                    throw new InvalidOperationException($"The second worker ended by itself, with exit code {worker.ExitCode}.");
                await Task.Delay(Glance, cancellationToken);
            }

            feed.Rush(Rush);
            var held = receiver.BeingDeliveredBy(worker.Id);
            for (var patience = Stopwatch.StartNew(); held.Length < (patience.Elapsed < TimeSpan.FromSeconds(5) ? EnoughHeld : 1);)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), cancellationToken);
                held = receiver.BeingDeliveredBy(worker.Id);
            }

            worker.Kill(); // SIGKILL: no goodbye, nothing handed back
            var watch = Stopwatch.StartNew();
            Say($"kill -9 {worker.Id}, in the middle of delivering {held.Length} orders.");
            return await WaitForAsync(held, worker.Id, watch, cancellationToken);
        }
        finally
        {
            if (!worker.HasExited)
                worker.Kill();
        }
    }

    private async Task<KillOutcome> WaitForAsync(int[] held, int worker, Stopwatch watch, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (delivered, elsewhere) = await orders.CountDeliveredAsync(held, worker, cancellationToken);
            if (delivered == held.Length)
            {
                var outcome = new KillOutcome(held.Length, elsewhere, watch.Elapsed);
                Say($"All {held.Length} are delivered {outcome.Took.TotalSeconds:F1} s after the kill, {elsewhere} of them by the process that lives.");
                return outcome;
            }

            await Task.Delay(Glance, cancellationToken);
        }
    }

    private static Process Start(string connectionString, Uri receiverUrl)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(typeof(SecondWorker).Assembly.Location);
        start.ArgumentList.Add(Argument);
        start.Environment["PGQUEUE_DB"] = connectionString;
        start.Environment["Receiver__Url"] = receiverUrl.ToString();
        return Process.Start(start)!;
    }

    private static void Say(string text) => Console.WriteLine($"      {text}");
}
