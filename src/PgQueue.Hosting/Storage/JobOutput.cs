namespace PgQueue.Storage;

/// <summary>What is kept with an attempt beside its outcome; each as UTF-8 JSON.</summary>
/// <param name="Result">The result of a success.</param>
/// <param name="Log">The captured lines.</param>
internal sealed record JobOutput(byte[]? Result, byte[]? Log)
{
    public int Bytes => (Result?.Length ?? 0) + (Log?.Length ?? 0);

    /// <summary>Both, or null if there is neither.</summary>
    public static JobOutput? Of(byte[]? result, byte[]? log) => result is null && log is null ? null : new JobOutput(result, log);
}
