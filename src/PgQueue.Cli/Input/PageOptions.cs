using System.CommandLine;
using System.Globalization;
using PgQueue.Cli.Output;

namespace PgQueue.Cli.Input;

/// <summary>The options of what is listed page by page.</summary>
/// <param name="items">What is listed: <c>jobs</c>.</param>
internal sealed class PageOptions(string items)
{
    private const int DefaultSize = 50;
    private const int MaxSize = 1000;

    private readonly Option<int?> _size = Parsed.Option<int>("--size", "number", $"How many {items} at most. Default 50.", "1 to 1000",
        text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MaxSize ? number : null);

    private readonly Option<string?> _after = Parsed.Text("--after", "cursor", "The cursor that the page before ended with. Give the same filter.");

    public void AddTo(Command command)
    {
        command.Add(_size);
        command.Add(_after);
    }

    public int Size(ParseResult parsed) => parsed.GetValue(_size) ?? DefaultSize;

    public string? After(ParseResult parsed) => parsed.GetValue(_after);

    /// <summary>How to go on, beside the result.</summary>
    public static void Tell(Screen screen, string? next, int count, string items) =>
        screen.Note(next is not null ? $"More: add --after {next}" : count == 0 ? $"No {items}." : $"No more {items}.");
}
