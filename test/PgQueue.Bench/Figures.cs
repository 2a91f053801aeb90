using System.Globalization;

namespace PgQueue.Bench;

/// <summary>What was measured: a line as it comes, and at the end every figure in a form for machines.</summary>
internal sealed class Figures
{
    private readonly List<(string Name, double Value)> _figures = [];

    public Figures(string machine) => Say(machine);

    public static void Say(string line) => Console.WriteLine(line);

    public void Add(string name, double value) => _figures.Add((name, value));

    public void Print()
    {
        foreach (var (name, value) in _figures)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"figure {name} {value:0.###}"));
    }

    public static double Median(IEnumerable<double> values) => Percentile(values, 0.5);

    public static double Percentile(IEnumerable<double> values, double p)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * p))];
    }
}
