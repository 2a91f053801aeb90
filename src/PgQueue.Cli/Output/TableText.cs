using System.Text;
using Spectre.Console;

namespace PgQueue.Cli.Output;

/// <summary>Rows of text: drawn on a terminal, and plain columns elsewhere.</summary>
/// <param name="columns">Their titles. One that starts with <c>#</c> is aligned to the right; one that starts with <c>~</c> may be wrapped.</param>
internal sealed class TableText(params string[] columns)
{
    private const string None = "-";
    private const int NarrowestWrapped = 20;
    private const int BorderWidth = 3;
    private readonly List<string[]> _rows = [];

    public int Count => _rows.Count;

    /// <summary>How many columns of a terminal it needs at least when it is drawn.</summary>
    public int Width => columns.Select((column, i) =>
    {
        var width = _rows.Select(row => row[i].Length).Append(column.Length).Max();
        return BorderWidth + (column[0] == '~' ? Math.Min(width, NarrowestWrapped) : width);
    }).Sum();

    public TableText Row(params string?[] cells)
    {
        _rows.Add([.. cells.Select(cell => string.IsNullOrEmpty(cell) ? None : SafeText.Line(cell))]);
        return this;
    }

    public Table Rich()
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(Title(column), new Style(decoration: Decoration.Bold)))
            {
                Alignment = IsRight(column) ? Justify.Right : Justify.Left,
                NoWrap = column[0] != '~',
            });
        }

        foreach (var row in _rows)
            table.AddRow(row.Select(cell => new Text(cell)));
        return table;
    }

    public string Plain()
    {
        var lines = _rows.Prepend([.. columns.Select(Title)]).ToList();
        var widths = columns.Select((_, i) => lines.Max(line => line[i].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            var cells = line.Select((cell, i) => IsRight(columns[i]) ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
            text.Append(string.Join("  ", cells).TrimEnd()).Append('\n');
        }

        return text.ToString();
    }

    private static bool IsRight(string column) => column[0] == '#';

    private static string Title(string column) => column[0] is '#' or '~' ? column[1..] : column;
}
