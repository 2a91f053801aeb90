namespace PgQueue.Payloads;

/// <summary>A live object was met while a payload was being written.</summary>
internal sealed class NotDataException(string type)
    : Exception($"a {type} is not data and means nothing in another process. Leave it out or mark it with [JsonIgnore].");
