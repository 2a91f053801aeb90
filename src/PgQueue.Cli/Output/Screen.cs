using Spectre.Console;

namespace PgQueue.Cli.Output;

/// <summary>
/// Where a command writes. Results go to the standard output: one JSON document, or text. Everything else goes to the standard error stream. Nothing is read as
/// markup, and every text is made safe on its way.
/// </summary>
internal sealed class Screen
{
    private readonly TextWriter _out;
    private readonly TextWriter _error;
    private bool _hasTable;

    public Screen(bool json, TextWriter output, TextWriter error)
    {
        (_out, _error, IsJson) = (output, error, json);
        IsTerminal = !Console.IsOutputRedirected;
        var isPlain = !IsTerminal || string.Equals(Environment.GetEnvironmentVariable("TERM"), "dumb", StringComparison.Ordinal);
        var hasColor = !isPlain && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        Rich = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isPlain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = hasColor ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isPlain ? InteractionSupport.No : InteractionSupport.Detect,
            Out = new AnsiConsoleOutput(output),
        });
    }

    public bool IsJson { get; }

    public bool IsTerminal { get; }

    /// <summary>For tables and live views. Give it no text that has not been through <see cref="SafeText"/>, and no markup.</summary>
    public IAnsiConsole Rich { get; }

    public void Document(object document) => _out.WriteLine(Json.Write(document));

    /// <summary>One line of the result. A command that writes a document says nothing beside it.</summary>
    public void Say(string text)
    {
        if (!IsJson)
            _out.WriteLine(SafeText.Line(text));
    }

    /// <summary>Text that is the result as it is, such as a script.</summary>
    public void Raw(string text) => _out.Write(text);

    /// <summary>A longer text from a job, indented so that none of its lines passes for one of ours.</summary>
    public void Block(string text)
    {
        foreach (var line in SafeText.Lines(text))
            _out.WriteLine($"      {line}".TrimEnd());
    }

    /// <summary>One line beside the result.</summary>
    public void Note(string text) => _error.WriteLine(SafeText.Line(text));

    /// <summary>Several lines beside the result, such as a stack trace.</summary>
    public void Notes(string text)
    {
        foreach (var line in SafeText.Lines(text))
            _error.WriteLine(line);
    }

    /// <summary>Part of a line beside the result, such as a question.</summary>
    public void Ask(string text)
    {
        _error.Write(SafeText.Line(text));
        _error.Flush();
    }

    /// <summary>Redraws the line beside the result, on a terminal only.</summary>
    public void Redraw(string text)
    {
        _error.Write($"\r{SafeText.Line(text)}");
        _error.Flush();
    }

    /// <summary>Nothing for a table without rows.</summary>
    public void Table(TableText table)
    {
        if (table.Count == 0)
            return;
        if (_hasTable)
            _out.WriteLine();
        _hasTable = true;
        // a drawn table that is too wide would be cropped; plain lines are only broken
        if (IsTerminal && table.Width <= Rich.Profile.Width)
            Rich.Write(table.Rich());
        else
            _out.Write(table.Plain());
    }
}
