using System.Globalization;

namespace PgQueue.ProcessTests;

/// <summary>One line of a history.</summary>
internal sealed record Event(long At, int Process, string Kind, Guid Job, long Token, int Attempt, string Extra)
{
    public static IEnumerable<Event> Read(string path)
    {
        using var file = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var lines = file.ReadToEnd().Split('\n');
        // what comes after the last line break is a line that its process did not live to finish
        return lines[..^1].Select(Parse).ToList();
    }

    public static Event Parse(string line)
    {
        var parts = line.Split('|');
        return new Event(
            long.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture), parts[2], Guid.Parse(parts[3]),
            long.Parse(parts[4], CultureInfo.InvariantCulture), int.Parse(parts[5], CultureInfo.InvariantCulture), parts[6]);
    }
}
