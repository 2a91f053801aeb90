using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace PgQueue.Tests.Diagnostics;

/// <summary>Keeps the measurements of one host's meters, told from other hosts' by the factory that made them.</summary>
internal sealed class FigureBook : IDisposable
{
    private readonly ConcurrentQueue<(string Name, double Value, string Tags)> _seen = new();
    private readonly MeterListener _listener = new();

    public FigureBook(TestHost host)
    {
        var factory = host.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument.Meter.Name == "PgQueue")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The sums of one instrument, by its tags without the words that all of them begin with.</summary>
    public Dictionary<string, double> Sums(string name) => Of(name).GroupBy(m => m.Tags).ToDictionary(g => g.Key, g => g.Sum(m => m.Value));

    public IReadOnlyList<(string Name, double Value, string Tags)> Of(string name) => [.. _seen.Where(m => m.Name == name)];

    /// <summary>What one observation shows of a gauge.</summary>
    public Dictionary<string, double> Observe(string name)
    {
        var before = _seen.Count;
        _listener.RecordObservableInstruments();
        return _seen.Skip(before).Where(m => m.Name == name).ToDictionary(m => m.Tags, m => m.Value);
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _seen.Enqueue((instrument.Name, value, string.Join(' ', tags.ToArray().OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Key["pgqueue.".Length..]}={t.Value}"))));
}
