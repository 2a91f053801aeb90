using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PgQueue.Payloads;

/// <summary>A reusable buffer with its writer. Past the limit it only counts, and far past it stops the payload.</summary>
internal sealed class PayloadBuffer : IBufferWriter<byte>
{
    private const int InitialBytes = 1024;
    private const int KeptBytes = 1024 * 1024;

    /// <summary>More than a writer ever asks for beyond three bytes a character.</summary>
    private const int Slack = 16 * 1024;

    private readonly int _limit;
    private readonly long _countLimit;
    private byte[] _bytes = new byte[InitialBytes];

    public PayloadBuffer(int limit, int maxDepth)
    {
        _limit = limit;
        _countLimit = Math.Max(4L * limit, 16 * 1024 * 1024);

        // This encoder writes a real U+FFFD as it is and a replaced surrogate as an escape: LossyText tells them apart by that.
        Writer = new Utf8JsonWriter(this, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = maxDepth });
    }

    public Utf8JsonWriter Writer { get; }

    public long Length { get; private set; }

    /// <summary>Whether the payload was so large that it was not written to its end.</summary>
    public bool IsCutOff { get; private set; }

    public bool IsOverLimit => IsCutOff || Length > _limit;

    /// <summary>What was written; empty when over the limit.</summary>
    public ReadOnlySpan<byte> Written => IsOverLimit ? default : _bytes.AsSpan(0, (int)Length);

    public void Advance(int count)
    {
        Length += count;
        if (Length > _countLimit)
            throw CutOff();
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        // A text asks for up to three bytes a character, so one that asks for more than this cannot fit.
        if (sizeHint > (3 * _countLimit) + Slack)
            throw CutOff();
        var start = IsOverLimit ? 0 : (int)Length;
        var needed = start + Math.Max(sizeHint, 1);
        if (needed > _bytes.Length)
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _bytes.Length)));
        return _bytes.AsMemory(start);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Reset()
    {
        Length = 0;
        IsCutOff = false;
        if (_bytes.Length > KeptBytes)
            _bytes = new byte[InitialBytes];
        Writer.Reset(this);
    }

    private InvalidOperationException CutOff()
    {
        IsCutOff = true;
        return new InvalidOperationException("The payload is far larger than allowed.");
    }
}
