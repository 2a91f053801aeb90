namespace PgQueue.Bench;

/// <summary>200k jobs through handlers, DI scope and JSON, against the server-side yardstick, turn by turn.</summary>
internal static class DrainScenario
{
    private const int Jobs = 200_000;

    public static async Task RunAsync(BenchDatabase database, Figures figures, int rounds)
    {
        var runs = new List<DrainRun>();
        var yardsticks = new List<double>();
        for (var i = 0; i < rounds; i++)
        {
            yardsticks.Add(await database.YardstickAsync(Jobs));
            await database.FillAsync(Jobs + DrainWorker.WarmUp);
            runs.Add(await DrainRun.RunAsync(database.ConnectionString, Jobs));
            Figures.Say($"drain {i + 1}: {runs[^1].JobsPerSecond:0} jobs/s, yardstick {yardsticks[^1]:0}, ratio {runs[^1].JobsPerSecond / yardsticks[^1]:0.00}");
        }

        figures.Add("drain.jobs_per_s", Figures.Median(runs.Select(r => r.JobsPerSecond)));
        figures.Add("drain.yardstick_per_s", Figures.Median(yardsticks));
        figures.Add("drain.ratio_to_yardstick", Figures.Median(runs.Zip(yardsticks, (r, y) => r.JobsPerSecond / y)));
        figures.Add("connections", runs.Max(r => r.Connections));
    }
}
