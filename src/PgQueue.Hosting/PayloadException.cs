namespace PgQueue;

/// <summary>A payload or result cannot be written to or read from JSON without loss. At an enqueue nothing was stored.</summary>
/// <param name="field">The JSON path at fault, for example <c>$.Customer.Name</c>.</param>
/// <param name="reason">What is wrong with it; never the value.</param>
/// <param name="innerException">The serializer's exception, if it threw.</param>
public sealed class PayloadException(string field, string reason, Exception? innerException = null)
    : PgQueueException($"Payload {field}: {reason}", innerException)
{
    private readonly bool _isOfResult;

    private PayloadException(PayloadException other)
        : this(other.Field, other.Reason, other.InnerException) => _isOfResult = true;

    /// <inheritdoc/>
    public override string Message => _isOfResult ? $"Result {Field}: {Reason}" : base.Message;

    /// <summary>The JSON path at fault; <c>$</c> for the payload as a whole.</summary>
    public string Field { get; } = field;

    /// <summary>What is wrong with it.</summary>
    public string Reason { get; } = reason;

    /// <summary>The same fault, of a job's result.</summary>
    internal PayloadException OfResult() => new(this);
}
