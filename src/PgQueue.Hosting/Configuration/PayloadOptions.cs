using System.Text.Json;

namespace PgQueue;

/// <summary>How payloads are written and read.</summary>
public sealed class PayloadOptions
{
    /// <summary>The largest payload, in bytes of UTF-8 JSON.</summary>
    /// <value>Default 262,144 (256 KiB). 1,024 to 10,485,760 (10 MiB).</value>
    public int MaxBytes { get; set; } = 256 * 1024;

    /// <summary>The serializer's options, for example with a <c>JsonSerializerContext</c> as resolver, and then nothing needs reflection.</summary>
    /// <value>Default: web defaults made strict: no duplicate properties, depth 64, named floating-point literals refused. In code only.</value>
    public JsonSerializerOptions? Json { get; set; }
}
