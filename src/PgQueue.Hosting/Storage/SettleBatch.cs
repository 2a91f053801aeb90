using Npgsql;
using NpgsqlTypes;

namespace PgQueue.Storage;

/// <summary>One flush of outcomes, as the arrays that settle_jobs takes.</summary>
internal sealed class SettleBatch
{
    private SettleBatch(Guid worker, IReadOnlyList<JobOutcome> outcomes, long[] leases, int[] counts, bool recheck)
    {
        Worker = worker;
        Outcomes = outcomes;
        Leases = leases;
        Counts = counts;
        Recheck = recheck;
    }

    public Guid Worker { get; }

    public IReadOnlyList<JobOutcome> Outcomes { get; }

    /// <summary>The distinct leases, ascending.</summary>
    public long[] Leases { get; }

    /// <summary>How many of the outcomes belong to each lease; -1 while others of it are open.</summary>
    public int[] Counts { get; }

    public bool Recheck { get; }

    /// <param name="worker">Recorded with the attempts.</param>
    /// <param name="outcomes">At least one.</param>
    /// <param name="open">How many jobs of a lease are not known to be settled; 0 for an unknown lease.</param>
    /// <param name="recheck">An earlier send of any of these had an unknown end.</param>
    public static SettleBatch Make(Guid worker, IReadOnlyList<JobOutcome> outcomes, Func<long, int> open, bool recheck)
    {
        var perLease = new SortedDictionary<long, int>();
        foreach (var outcome in outcomes)
            perLease[outcome.Job.LeaseId] = perLease.GetValueOrDefault(outcome.Job.LeaseId) + 1;
        var counts = new int[perLease.Count];
        var i = 0;
        foreach (var (lease, count) in perLease)
            counts[i++] = open(lease) == count ? count : -1;
        return new SettleBatch(worker, outcomes, [.. perLease.Keys], counts, recheck);
    }

    public void AddTo(NpgsqlParameterCollection parameters, TimeProvider time)
    {
        var n = Outcomes.Count;
        var lease = new long[n];
        var job = new Guid[n];
        var attempt = new short[n];
        var lane = new short[n];
        var code = new short[n];
        var ago = new int?[n];
        var now = time.GetTimestamp();
        string?[]? errors = null;
        double[]? delays = null;
        short[]? crashes = null;
        List<Guid>? keyed = null;
        List<Guid>? tombs = null;
        byte[]?[]? results = null;
        byte[]?[]? logs = null;
        var routes = new RouteIndex(n);
        for (var i = 0; i < n; i++)
        {
            var outcome = Outcomes[i];
            lease[i] = outcome.Job.LeaseId;
            job[i] = outcome.Job.Id;
            attempt[i] = outcome.Job.Attempt;
            lane[i] = outcome.ReturnLane;
            code[i] = (short)outcome.Outcome;
            ago[i] = outcome.StartedAt == 0 ? null : (int)Math.Min(time.GetElapsedTime(outcome.StartedAt, now).TotalMilliseconds, int.MaxValue);
            routes.Add(i, outcome.Job.Route);
            if (outcome.Error is not null)
                (errors ??= new string?[n])[i] = outcome.Error;
            if (outcome.Output is { } output)
            {
                if (output.Result is not null)
                    (results ??= new byte[]?[n])[i] = output.Result;
                if (output.Log is not null)
                    (logs ??= new byte[]?[n])[i] = output.Log;
            }

            if (!outcome.IsFinal)
            {
                (delays ??= new double[n])[i] = outcome.Delay.TotalSeconds;
                (crashes ??= new short[n])[i] = outcome.Job.Crashes;
            }
            else if (outcome.Job.Keyed)
            {
                (keyed ??= []).Add(outcome.Job.Id);
            }

            if (outcome.IsFinal && outcome.HadTombstone)
                (tombs ??= []).Add(outcome.Job.Id);
        }

        parameters.Add(Parameters.Uuid(Worker));
        parameters.Add(Parameters.Array(NpgsqlDbType.Bigint, Leases));
        parameters.Add(Parameters.Array(NpgsqlDbType.Integer, Counts));
        parameters.Add(Parameters.Array(NpgsqlDbType.Bigint, lease));
        parameters.Add(Parameters.Array(NpgsqlDbType.Uuid, job));
        parameters.Add(Parameters.Array(NpgsqlDbType.Smallint, attempt));
        parameters.Add(Parameters.Array(NpgsqlDbType.Smallint, lane));
        parameters.Add(Parameters.Array(NpgsqlDbType.Smallint, code));
        parameters.Add(Parameters.Array(NpgsqlDbType.Integer, ago));
        parameters.Add(Parameters.Texts(errors!));
        parameters.Add(Parameters.Array(NpgsqlDbType.Double, delays));
        parameters.Add(Parameters.Array(NpgsqlDbType.Smallint, crashes));
        parameters.Add(Parameters.Array(NpgsqlDbType.Uuid, keyed?.ToArray()));
        parameters.Add(Parameters.Array(NpgsqlDbType.Uuid, tombs?.ToArray()));
        parameters.Add(Parameters.Value(NpgsqlDbType.Boolean, Recheck));
        parameters.Add(Parameters.Array(NpgsqlDbType.Json, results));
        parameters.Add(Parameters.Array(NpgsqlDbType.Json, logs));
        parameters.Add(Parameters.Texts(routes.Names));
        parameters.Add(Parameters.Array(NpgsqlDbType.Smallint, routes.Numbers));
    }
}
