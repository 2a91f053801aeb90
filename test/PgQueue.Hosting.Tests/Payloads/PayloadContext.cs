using System.Text.Json.Serialization;

namespace PgQueue.Tests.Payloads;

[JsonSerializable(typeof(PayloadSamples.Numbers))]
[JsonSerializable(typeof(PayloadSamples.Order))]
[JsonSerializable(typeof(PayloadSamples.Throwing))]
internal sealed partial class PayloadContext : JsonSerializerContext;
