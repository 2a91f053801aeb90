using System.Text.Json;

namespace PgQueue;

/// <summary>How payloads are written and read.</summary>
public sealed class PayloadOptions
{
    /// <summary>The largest payload, in bytes of UTF-8 JSON.</summary>
    /// <value>Default 262,144 (256 KiB). 1,024 to 10,485,760 (10 MiB).</value>
    public int MaxBytes { get; set; } = 256 * 1024;

    /// <summary>The serializer's options, for example with a <c>JsonSerializerContext</c> as resolver, and then nothing needs reflection.</summary>
    /// <value>
    /// Default: web defaults made strict: no duplicate properties, depth 64, numbers in strings and named floating-point literals refused, nullable
    /// annotations and required constructor parameters enforced. In code only.
    /// </value>
    /// <remarks>
    /// Options of the user's own are used as given and not made strict: set there what is wanted of the above. Their encoder applies to property
    /// names only. A copy is taken at start; later changes have no effect.
    /// </remarks>
    public JsonSerializerOptions? Json { get; set; }
}
