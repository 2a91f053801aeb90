namespace PgQueue.Payloads;

/// <summary>Carries the JSON name of the property whose getter threw, or gave null where that is not allowed.</summary>
internal sealed class GetterFailedException(string property, string reason) : Exception(reason)
{
    public string Property { get; } = property;

    public string Reason { get; } = reason;
}
