using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using PgQueue.Configuration;
using PgQueue.Handlers;

namespace PgQueue.Payloads;

/// <summary>Writes payloads to the bytes that are stored and reads them back, and refuses whatever would not come back as it went in.</summary>
internal sealed class PayloadSerializer
{
    private readonly JsonSerializerOptions _json;
    private readonly int _maxBytes;
    private readonly ContractRules _rules;
    private readonly WriteFaults _faults;
    private readonly StoredNumbers _numbers;
    private readonly ConcurrentDictionary<Type, JsonTypeInfo> _contracts = new();
    private PayloadBuffer? _idle;

    public PayloadSerializer(PayloadOptions options)
    {
        _json = PayloadJson.From(options.Json);
        _maxBytes = options.MaxBytes;
        _rules = new ContractRules(_json);
        _faults = new WriteFaults(_json, _maxBytes);
        _numbers = new StoredNumbers(_json);
    }

    /// <summary>How a payload class is read. Cached.</summary>
    public JsonTypeInfo TypeInfo(Type payload)
    {
        try
        {
            return _json.GetTypeInfo(payload);
        }
        catch (Exception exception)
        {
            throw new PayloadException("$", Reason.Of(exception, $"the JSON contract of {CSharpName.Of(payload)} cannot be made"), exception);
        }
    }

    /// <summary>The payload as UTF-8 JSON.</summary>
    public byte[] Write(object? payload)
    {
        if (payload is null)
            throw new PayloadException("$", "it is null. Enqueue an object; an empty class will do.");
        var contract = _contracts.GetOrAdd(payload.GetType(), static (type, self) => self.Contract(type), this);
        var buffer = Interlocked.Exchange(ref _idle, null) ?? new PayloadBuffer(_maxBytes, PayloadJson.MaxDepth(_json));
        try
        {
            return Write(payload, contract, buffer);
        }
        finally
        {
            buffer.Reset();
            Volatile.Write(ref _idle, buffer);
        }
    }

    /// <summary>A job's result as UTF-8 JSON, by the rules for payloads.</summary>
    public byte[] WriteResult(object? result)
    {
        try
        {
            return result is null ? throw new PayloadException("$", "it is null. Give a value, or set no result.") : Write(result);
        }
        catch (PayloadException exception)
        {
            throw exception.OfResult();
        }
    }

    /// <summary>A stored payload as the object its handler wants.</summary>
    public object Read(ReadOnlySpan<byte> json, HandlerRegistration handler) => Read(json, handler.PayloadType, handler.Invoker);

    /// <summary>A stored payload as the object its handler wants.</summary>
    public object Read(ReadOnlySpan<byte> json, Type payloadType, HandlerInvoker invoker)
    {
        var contract = TypeInfo(payloadType);
        try
        {
            var payload = invoker.Read(json, contract)
                ?? throw new PayloadException("$", $"JSON null is stored where {CSharpName.Of(payloadType)} is needed.");
            if (_numbers.MayOverflow(json))
                invoker.Read(json, _numbers.Strict(payloadType));
            return payload;
        }
        catch (Exception exception) when (exception is not PayloadException)
        {
            var path = exception is JsonException { Path: { } found } ? JsonPath.Shorten(found) : "$";
            throw new PayloadException(path, Reason.Of(exception, $"reading it as {CSharpName.Of(payloadType)}"), exception);
        }
    }

    /// <summary>A stored result as the class that its reader wants.</summary>
    public TResult ReadResult<TResult>(byte[] json)
    {
        try
        {
            var contract = (JsonTypeInfo<TResult>)TypeInfo(typeof(TResult));
            var result = JsonSerializer.Deserialize(json, contract);
            if (result is null)
                throw new PayloadException("$", $"JSON null is stored where {CSharpName.Of(typeof(TResult))} is needed.");
            if (_numbers.MayOverflow(json))
                JsonSerializer.Deserialize(json, (JsonTypeInfo<TResult>)_numbers.Strict(typeof(TResult)));
            return result;
        }
        catch (PayloadException exception)
        {
            throw exception.OfResult();
        }
        catch (Exception exception)
        {
            var path = exception is JsonException { Path: { } found } ? JsonPath.Shorten(found) : "$";
            throw new PayloadException(path, Reason.Of(exception, $"reading it as {CSharpName.Of(typeof(TResult))}"), exception).OfResult();
        }
    }

    /// <summary>A payload that stands in the configuration, where every number and boolean is a text, as the object its handler wants.</summary>
    public object ReadConfigured(JsonNode? tree, HandlerRegistration handler)
    {
        var lenient = new JsonSerializerOptions(_json) { NumberHandling = JsonNumberHandling.AllowReadingFromString, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };
        lenient.Converters.Add(new TextBooleanConverter());
        try
        {
            var json = Encoding.UTF8.GetBytes((tree ?? new JsonObject()).ToJsonString());
            return handler.Invoker.Read(json, lenient.GetTypeInfo(handler.PayloadType))
                ?? throw new PayloadException("$", $"it is null where {CSharpName.Of(handler.PayloadType)} is needed.");
        }
        catch (Exception exception) when (exception is not PayloadException)
        {
            var path = exception is JsonException { Path: { } found } ? JsonPath.Shorten(found) : "$";
            throw new PayloadException(path, Reason.Of(exception, $"reading it as {CSharpName.Of(handler.PayloadType)}"), exception);
        }
    }

    private JsonTypeInfo Contract(Type payload)
    {
        var contract = TypeInfo(DeclaringBase(payload));
        _rules.Check(payload);
        return contract;
    }

    private byte[] Write(object payload, JsonTypeInfo contract, PayloadBuffer buffer)
    {
        try
        {
            JsonSerializer.Serialize(buffer.Writer, payload, contract);
        }
        catch (Exception exception)
        {
            throw _faults.Describe(payload, contract.Type, buffer, exception);
        }

        if (buffer.IsOverLimit)
            throw _faults.TooLarge(buffer.Length);
        LossyText.Refuse(buffer.Written);
        return buffer.Written.ToArray();
    }

    /// <summary>The base class that declares this one as a derived type, for it writes the discriminator its handler needs; else the class itself.</summary>
    private static Type DeclaringBase(Type payload)
    {
        for (var type = payload.BaseType; type is not null && type != typeof(object); type = type.BaseType)
            foreach (var derived in (JsonDerivedTypeAttribute[])type.GetCustomAttributes(typeof(JsonDerivedTypeAttribute), inherit: false))
                if (derived.DerivedType == payload)
                    return type;
        return payload;
    }
}
