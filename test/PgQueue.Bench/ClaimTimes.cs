using System.Diagnostics.Metrics;

namespace PgQueue.Bench;

/// <summary>Collects the queue's own claim-time metric.</summary>
internal sealed class ClaimTimes : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private List<double> _milliseconds = [];

    public ClaimTimes()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Meter.Name: "PgQueue", Name: "pgqueue.claim.duration" })
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, _, _) =>
        {
            lock (_gate)
                _milliseconds.Add(seconds * 1000);
        });
        _listener.Start();
    }

    public List<double> Peek()
    {
        lock (_gate)
            return [.. _milliseconds];
    }

    public List<double> Take()
    {
        lock (_gate)
        {
            var taken = _milliseconds;
            _milliseconds = [];
            return taken;
        }
    }

    public void Dispose() => _listener.Dispose();
}
