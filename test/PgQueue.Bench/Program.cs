using PgQueue.Bench;

// worker CONNECTION JOBS: a worker process of its own that drains JOBS jobs and prints what it took
if (args is ["worker", var connection, var jobs])
    return await DrainWorker.RunAsync(connection, int.Parse(jobs, System.Globalization.CultureInfo.InvariantCulture));

var only = args.SkipWhile(a => a != "--only").Skip(1).FirstOrDefault();
var quick = args.Contains("--quick");
var flat = args.SkipWhile(a => a != "--flat-minutes").Skip(1).FirstOrDefault();
var flatTime = TimeSpan.FromMinutes(flat is null ? (quick ? 2 : 4) : double.Parse(flat, System.Globalization.CultureInfo.InvariantCulture));
await using var database = await BenchDatabase.StartAsync();
var figures = new Figures(database.Describe());
var scenarios = new (string Name, Func<Task> Run)[]
{
    ("drain", () => DrainScenario.RunAsync(database, figures, rounds: quick ? 3 : 5)),
    ("backlog", () => BacklogScenario.RunAsync(database, figures, rounds: quick ? 1 : 3)),
    ("enqueue", () => EnqueueScenario.RunAsync(database, figures, rounds: quick ? 3 : 7)),
    ("pickup", () => PickupScenario.RunAsync(database, figures, TimeSpan.FromSeconds(quick ? 10 : 30))),
    ("ticks", () => TickScenario.RunAsync(database, figures, TimeSpan.FromSeconds(quick ? 10 : 30))),
    ("horizon", () => HorizonScenario.RunAsync(database, figures, TimeSpan.FromSeconds(quick ? 60 : 180))),
    ("flat", () => FlatScenario.RunAsync(database, figures, flatTime)),
    ("cron", () => CronScenario.RunAsync(figures)),
    ("stats", () => StatsScenario.RunAsync(database, figures)),
};
foreach (var (name, run) in scenarios)
    if (only?.Split(',').Contains(name) ?? !(quick && name == "flat"))
        await run();
figures.Print();
return 0;
