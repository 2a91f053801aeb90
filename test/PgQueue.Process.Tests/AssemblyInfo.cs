// each test loads both cores by itself, and some of them measure
[assembly: NonParallelizable]
[assembly: LevelOfParallelism(1)]
