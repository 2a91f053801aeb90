using System.Text.RegularExpressions;

namespace PgQueue.Tests.House;

/// <summary>The database's clock and the injected one are the only clocks. The analyzers say so too, but a pragma silences them.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed partial class ClockTests
{
    [Test]
    public void Source_reads_no_clock_of_its_own_and_makes_no_random_source() =>
        Assert.That(SourceTree.Files("src").SelectMany(f => Found(f, ForbiddenInSource())), Is.Empty);

    [Test]
    public void Source_waits_only_by_the_injected_clock() =>
        Assert.That(SourceTree.Files("src").SelectMany(WaitsWithoutClock), Is.Empty, "pass the TimeProvider");

    [Test]
    public void Tests_do_not_sleep() =>
        Assert.That(SourceTree.Files("test").SelectMany(f => Found(f, Sleep())), Is.Empty, "use RunOnceAsync, a signal or a test clock");

    [TestCase("await Task.Delay(wait, _time, token);", ExpectedResult = 0)]
    [TestCase("await Task.Delay(Next(a, b), timeProvider, token);", ExpectedResult = 0)]
    [TestCase("await Task.Delay(100);", ExpectedResult = 1)]
    [TestCase("await Task.Delay(runtime(timeProvider), token);", ExpectedResult = 1)]
    [TestCase("new PeriodicTimer(period)", ExpectedResult = 1)]
    [TestCase("new PeriodicTimer(period, clock)", ExpectedResult = 0)]
    public int Waits_are_read_right(string code) => WaitsWithoutClock(new SourceFile("x.cs", code)).Count();

    [TestCase("var now = DateTime.Now;", ExpectedResult = 1)]
    [TestCase("var now = System.DateTimeOffset . UtcNow;", ExpectedResult = 1)]
    [TestCase("var random = new Random(5); Thread.Sleep(1);", ExpectedResult = 2)]
    [TestCase("var now = time.GetUtcNow(); // not DateTime.Now", ExpectedResult = 0)]
    [TestCase("var random = Random.Shared;", ExpectedResult = 0)]
    public int Clocks_are_read_right(string code) => Found(new SourceFile("x.cs", code), ForbiddenInSource()).Count();

    private static IEnumerable<string> Found(SourceFile file, Regex pattern) =>
        pattern.Matches(file.Code).Select(m => $"{file.At(m.Index)}: {m.Value}");

    private static IEnumerable<string> WaitsWithoutClock(SourceFile file) =>
        from match in Wait().Matches(file.Code)
        let arguments = Arguments(file.Code, match.Index + match.Length)
        where !arguments.Skip(1).Any(a => Clock().IsMatch(a))
        select $"{file.At(match.Index)}: {match.Value}{string.Join(',', arguments)})";

    private static List<string> Arguments(string code, int start)
    {
        var arguments = new List<string>();
        var depth = 0;
        for (var i = start; i < code.Length; i++)
        {
            if (depth == 0 && code[i] is ',' or ')' && depth == 0)
            {
                arguments.Add(code[start..i].Trim());
                start = i + 1;
                if (code[i] == ')')
                    break;
            }

            depth += code[i] switch { '(' or '[' or '{' => 1, ')' or ']' or '}' => -1, _ => 0 };
        }

        return arguments;
    }

    [GeneratedRegex(@"\bDateTime(?:Offset)?\s*\.\s*(?:Now|UtcNow|Today)\b|\bThread\s*\.\s*Sleep\b|\bnew\s+Random\s*\(|\bEnvironment\s*\.\s*TickCount")]
    private static partial Regex ForbiddenInSource();

    [GeneratedRegex(@"\bThread\s*\.\s*Sleep\s*\(|\bTask\s*\.\s*Delay\s*\(\s*[0-9]")]
    private static partial Regex Sleep();

    [GeneratedRegex(@"\bTask\s*\.\s*Delay\s*\(|\bnew\s+PeriodicTimer\s*\(")]
    private static partial Regex Wait();

    [GeneratedRegex(@"^(?:\w+\s*:\s*)?[\w.]*(?:time|timeProvider|clock)(?:\.\w+)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Clock();
}
