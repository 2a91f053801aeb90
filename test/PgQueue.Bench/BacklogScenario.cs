namespace PgQueue.Bench;

/// <summary>A backlog of a million against one of a hundred thousand, and the worker's memory under the former.</summary>
internal static class BacklogScenario
{
    private const int Small = 100_000;
    private const int Large = 1_000_000;

    public static async Task RunAsync(BenchDatabase database, Figures figures, int rounds)
    {
        var ratios = new List<double>();
        var memory = 0.0;
        for (var i = 0; i < rounds; i++)
        {
            await database.FillAsync(Small + DrainWorker.WarmUp);
            var before = await DrainRun.RunAsync(database.ConnectionString, Small);
            await database.FillAsync(Large + DrainWorker.WarmUp);
            var large = await DrainRun.RunAsync(database.ConnectionString, Large);
            await database.FillAsync(Small + DrainWorker.WarmUp);
            var after = await DrainRun.RunAsync(database.ConnectionString, Small);
            var small = (before.JobsPerSecond + after.JobsPerSecond) / 2;
            ratios.Add(large.JobsPerSecond / small);
            memory = Math.Max(memory, large.PeakMegabytes);
            Figures.Say($"backlog: 1M {large.JobsPerSecond:0} jobs/s, 100k {small:0}, ratio {ratios[^1]:0.00}, worker peak {large.PeakMegabytes:0} MB");
        }

        figures.Add("drain.ratio_1m_to_100k", Figures.Median(ratios));
        figures.Add("memory.worker_mb", memory);
    }
}
