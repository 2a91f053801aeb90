using System.Text.Json;

namespace PgQueue.CliTests;

/// <summary>What a run of the tool left behind.</summary>
internal sealed record Result(int Code, string Out, string Error)
{
    public JsonElement Json => JsonElement.Parse(Out);

    public override string ToString() => $"exit code {Code}\n--- out\n{Out}\n--- error\n{Error}";
}
