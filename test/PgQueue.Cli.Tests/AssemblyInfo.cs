// each test starts processes; a few at a time keep both cores busy without starving any
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(2)]
