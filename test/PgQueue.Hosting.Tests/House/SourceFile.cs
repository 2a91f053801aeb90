namespace PgQueue.Tests.House;

/// <summary>One text file of the repository.</summary>
/// <param name="Path">From the repository's root, with forward slashes.</param>
/// <param name="Text">As it stands on disk.</param>
internal sealed record SourceFile(string Path, string Text)
{
    private readonly Lazy<CSharpText> _parsed = new(() => CSharpText.Parse(Text));

    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public int LineCount => Text.Count(c => c == '\n') + (Text.EndsWith('\n') || Text.Length == 0 ? 0 : 1);

    /// <summary>C# with comments and the contents of strings blanked out, line by line as before.</summary>
    public string Code => _parsed.Value.Code;

    /// <summary>C# with comments blanked out.</summary>
    public string WithoutComments => _parsed.Value.WithoutComments;

    /// <summary>The place of a match, as editors understand it.</summary>
    public string At(int index) => $"{Path}:{Text.AsSpan(0, index).Count('\n') + 1}";
}
