namespace PgQueue.Samples.Worker;

/// <summary>What a caller does who needs the outcome.</summary>
internal static class Waiting
{
    public static async Task ShowAsync(IJobClient jobs)
    {
        // snippet:wait-for-result
        var receipt = await jobs.EnqueueAsync(new PriceList(Articles: 5_000));
        try
        {
            var total = await jobs.WaitForResultAsync<PriceTotal>(receipt.JobId, TimeSpan.FromSeconds(30));
            Console.WriteLine($"{total.Articles:N0} articles cost {total.Sum:N2}.");
        }
        catch (TimeoutException)
        {
            var running = await jobs.GetAsync(receipt.JobId); // the job goes on
            Console.WriteLine($"{running?.State}, {running?.Progress?.Fraction:P0}: {running?.Progress?.Message}");
        }
        catch (JobResultException failure)
        {
            Console.WriteLine($"{failure.State}: {failure.Error}");
        }

        var ended = await jobs.GetAsync(receipt.JobId);
        foreach (var line in ended?.Attempts.SelectMany(attempt => attempt.Log) ?? [])
            Console.WriteLine($"{line.At:HH:mm:ss} {line.Level} {line.Message}");
        // endsnippet
    }
}
