using PgQueue.Storage;

namespace PgQueue.Client;

/// <summary>The figures of one queue, of one type, or of all, while they are added up.</summary>
internal sealed class ReportTally
{
    private readonly double[] _live = new double[4];
    private readonly long[] _ended = new long[11];
    private readonly long[,] _spans = new long[3, 11];
    private double _deferred;

    public long Ready => (long)Math.Round(_live[LiveRow.Ready]);

    public long Scheduled => (long)Math.Round(_live[LiveRow.Scheduled]);

    public long Running => (long)Math.Round(_live[LiveRow.Running]);

    public long Deferred => (long)Math.Round(_deferred);

    public long Succeeded => _ended[(int)AttemptOutcome.Succeeded];

    public long Failed => _ended[(int)AttemptOutcome.Failed];

    public long Cancelled => _ended[(int)AttemptOutcome.Cancelled] + _ended[(int)AttemptOutcome.Superseded];

    public long Retries => _ended[(int)AttemptOutcome.Retried];

    public double Unfinished => _live.Sum();

    public int Workers { get; set; }

    public EstimatedFigures Estimated { get; set; }

    public void Add(LiveRow row)
    {
        _live[row.Kind] += row.Jobs;
        _deferred += row.Deferred;
    }

    public void Add(CountRow row)
    {
        _ended[row.Outcome] += row.Jobs;
        _spans[0, row.Outcome] += row.Minute;
        _spans[1, row.Outcome] += row.Hour;
        _spans[2, row.Outcome] += row.Day;
    }

    public void Add(ReportTally other)
    {
        for (var kind = 0; kind < _live.Length; kind++)
            _live[kind] += other._live[kind];
        _deferred += other._deferred;
        Estimated |= other.Estimated;
        for (var outcome = 0; outcome < _ended.Length; outcome++)
        {
            _ended[outcome] += other._ended[outcome];
            for (var span = 0; span < 3; span++)
                _spans[span, outcome] += other._spans[span, outcome];
        }
    }

    public JobRates LastMinute(MomentRow moment) => Rates(0, moment.MinuteSeconds);

    public JobRates LastHour(MomentRow moment) => Rates(1, moment.HourSeconds);

    public JobRates LastDay(MomentRow moment) => Rates(2, moment.DaySeconds);

    private JobRates Rates(int span, double seconds) => new()
    {
        Span = TimeSpan.FromSeconds(seconds),
        Succeeded = _spans[span, (int)AttemptOutcome.Succeeded],
        Failed = _spans[span, (int)AttemptOutcome.Failed],
        Cancelled = _spans[span, (int)AttemptOutcome.Cancelled] + _spans[span, (int)AttemptOutcome.Superseded],
        Retried = _spans[span, (int)AttemptOutcome.Retried],
    };
}
