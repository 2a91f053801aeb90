namespace PgQueue.Configuration;

/// <summary>Reads one value from its text: null if it could, else what was expected instead.</summary>
internal delegate string? ReadText<TValue>(string text, out TValue value);
