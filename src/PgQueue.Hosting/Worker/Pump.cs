using Microsoft.Extensions.Logging;
using PgQueue.Diagnostics;
using PgQueue.Leases;
using PgQueue.Loops;
using PgQueue.Storage;

namespace PgQueue.Worker;

/// <summary>
/// One connection on which outcomes go out and claims come in, both in one round trip. Nothing is lost by an exception: outcomes of unknown fate
/// are sent again with a check, claims of unknown fate are found by the heartbeat.
/// </summary>
internal sealed class Pump : IAsyncDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);
    private readonly WorkerParts _parts;
    private readonly PumpConnection _connection;
    private readonly ClaimPlanner _planner;
    private readonly ClaimIntake _intake;
    private readonly Settler _settler;
    private readonly OutcomeTally _tally;
    private readonly OutcomeBox _box;
    private readonly AsyncSignal _signal = new();
    private readonly CancellationTokenSource _stop = new();
    private Task? _running;
    private volatile bool _isDraining;
    private volatile bool _isEnding;
    private volatile bool _isTurning;
    private int _failures;
    private int _reopened;
    private bool _hasClaimFailed;

    public Pump(WorkerParts parts, bool takesSuspects, Func<bool> notified)
    {
        _parts = parts;
        Pulse = new Pulse("pump", parts.Time, TimeSpan.FromMinutes(1));
        _connection = new PumpConnection(parts.Database, parts.Routes, parts.Time);
        _box = new OutcomeBox(parts.Book, _signal, parts.Time);
        _settler = new Settler(_box, parts.Book, parts.Suspects, parts.Scheduled, parts.Time, parts.Logger);
        _tally = new OutcomeTally(parts);
        _planner = new ClaimPlanner(parts, takesSuspects);
        _intake = new ClaimIntake(parts, _box, _connection, notified);
    }

    /// <summary>Whether every outcome that was handed in is known to be settled.</summary>
    public bool IsEmpty => _box.Count == 0 && _settler.IsEmpty;

    public Pulse Pulse { get; }

    public void Start() => _running ??= Task.Run(RunAsync);

    public void Wake() => _signal.Set();

    /// <summary>Jobs of dead workers were taken over: look for them.</summary>
    public void HeatSuspects()
    {
        _parts.Suspects.Doubt();
        _planner.HeatSuspects();
        Wake();
    }

    /// <summary>Claims no more. Returns when a claim under way has come in, or at the limit.</summary>
    public async Task DrainAsync(TimeSpan limit)
    {
        _isDraining = true;
        Interlocked.MemoryBarrier();
        Wake();
        var started = _parts.Time.GetTimestamp();
        while (_isTurning && _parts.Time.GetElapsedTime(started) < limit)
            await Task.Delay(TimeSpan.FromMilliseconds(1), _parts.Time, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Ends when everything handed in is settled, or at the limit.</summary>
    public async Task EndAsync(TimeSpan limit)
    {
        _isDraining = true;
        _isEnding = true;
        _stop.CancelAfter(limit);
        Wake();
        await HasEndedAsync(limit + Grace).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        // a call that hangs in a dead network is left behind: it ends by its own time limits
        if (!await HasEndedAsync(Grace).ConfigureAwait(false))
            return;
        await _connection.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task<bool> HasEndedAsync(TimeSpan limit)
    {
        try
        {
            await (_running ?? Task.CompletedTask).WaitAsync(limit, _parts.Time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested && !(_isEnding && IsEmpty))
        {
            var wait = TimeSpan.Zero;
            Pulse.Beat();
            try
            {
                if (!await TurnAsync().ConfigureAwait(false))
                    wait = DueIn();
                if (_failures > 0)
                    _parts.Logger.PumpRecovered();
                _failures = 0;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (_failures++ == 0)
                    _parts.Logger.PumpFailed(e);
                Pulse.Turned(e);
                wait = TimeSpan.FromMilliseconds(100 * Math.Pow(2, Math.Min(_failures, 5)) * (0.5 + (Random.Shared.NextDouble() * 0.5)));
            }

            Pulse.Rest(wait);
            if (wait > TimeSpan.Zero)
                await _signal.WaitAsync(wait, _parts.Time, _stop.Token).ConfigureAwait(false);
        }
    }

    private TimeSpan DueIn()
    {
        var due = _isDraining ? LongestWait : _planner.DueIn();
        due = Min(due, _box.DueIn() ?? LongestWait);
        return Min(due, _settler.DueIn ?? LongestWait);
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private async Task<bool> TurnAsync()
    {
        // said before the turn looks whether it may claim, so that whoever stops the claims can wait for the last one
        _isTurning = true;
        Interlocked.MemoryBarrier();
        try
        {
            return await TurnOnceAsync().ConfigureAwait(false);
        }
        finally
        {
            _isTurning = false;
        }
    }

    /// <summary>One round trip, if there is anything to send.</summary>
    private async Task<bool> TurnOnceAsync()
    {
        _parts.Suspects.Turn();
        _settler.ReturnDelayed();
        var tenure = await TenureAsync().ConfigureAwait(false);
        if (_settler.TakeUnknown(_parts.Heartbeat.Tenure!.Id) is { } again)
            await SendAsync(Settling(again)).ConfigureAwait(false);
        _parts.Suspects.BeginClaim();
        try
        {
            return await ClaimAsync(tenure).ConfigureAwait(false);
        }
        finally
        {
            _parts.Suspects.EndClaim();
        }
    }

    private async Task<bool> ClaimAsync(Tenure? tenure)
    {
        var (request, claims, isSweep) = _isDraining || tenure is null ? (Settling(null).Request, [], false) : _planner.Plan(tenure);
        try
        {
            if (_isDraining || _box.DueIn() == TimeSpan.Zero)
                request = request with { Settle = _settler.Take(request.Worker, everything: _isDraining) };
            if (request.IsEmpty)
                return false;
            await SendAsync(new PumpTurn(request, tenure ?? _parts.Heartbeat.Tenure!, claims, isSweep)).ConfigureAwait(false);
            return true;
        }
        finally
        {
            foreach (var claim in claims)
                claim.Answered();
        }
    }

    private PumpTurn Settling(SettleBatch? batch)
    {
        var tenure = _parts.Heartbeat.Tenure!;
        return new PumpTurn(new PumpRequest { Worker = tenure.Id, Settle = batch }, tenure, [], IsSweep: false);
    }

    /// <summary>A live registration, or null for now: outcomes still go out without one.</summary>
    private async Task<Tenure?> TenureAsync()
    {
        if (_parts.Heartbeat.Tenure is { IsLive: true } live)
            return live;
        if (_parts.Heartbeat.Tenure is null)
            return await _parts.Heartbeat.LiveTenureAsync(_stop.Token).ConfigureAwait(false);
        await _signal.WaitAsync(TimeSpan.FromMilliseconds(50), _parts.Time, _stop.Token).ConfigureAwait(false);
        return _parts.Heartbeat.Tenure is { IsLive: true } late ? late : null;
    }

    private async Task SendAsync(PumpTurn turn)
    {
        var reply = await ExecuteAsync(turn).ConfigureAwait(false);
        if (turn.Request.Settle is { } settled)
        {
            _settler.Settled(settled, reply.Settled!);
            _tally.Settled(settled, reply.Settled!);
        }

        if (reply.Mark is { } mark)
            _parts.Cursor.Marked(mark);
        if (reply.Advanced is { } advanced)
            _parts.Cursor.Advanced(advanced);
        if (turn.Claims.Count > 0 && turn.Claims[^1].Feed is null)
        {
            if (reply.Claimed[^1].Count > 0)
                _planner.HeatSuspects();
            else
                _parts.Suspects.Doubt();
        }

        for (var i = 0; i < turn.Claims.Count; i++)
            await _intake.TakeAsync(turn.Tenure, turn.Claims[i], reply.Claimed[i]).ConfigureAwait(false);
    }

    private async Task<PumpReply> ExecuteAsync(PumpTurn turn)
    {
        var sent = _parts.Time.GetTimestamp();
        var claim = turn.Claims.Count > 0 ? _parts.Book.BeginClaim() : 0;
        try
        {
            var reply = await _connection.ExecuteAsync(turn.Request, CancellationToken.None).ConfigureAwait(false);
            // a turn with nothing to send proves nothing, and one without a claim not that claims work again
            if (turn.Claims.Count > 0 || !_hasClaimFailed)
                Pulse.Turned();
            if (_connection.Reopened != _reopened)
            {
                // the bounds and the mark that were sent were another connection's
                _parts.Cursor.Forget();
                reply.Advanced = null;
                _reopened = _connection.Reopened;
            }

            if (turn.IsSweep)
                _parts.Cursor.Swept(_parts.Time.GetElapsedTime(sent));
            foreach (var claimed in reply.Claimed.Where(c => c.Count > 0))
                _parts.Book.Add(claimed[0].LeaseId, claimed.Count);
            if (reply.Claimed.Exists(c => c.Count > 0))
                _parts.Metrics.Claimed(_parts.Time.GetElapsedTime(sent));
            return reply;
        }
        catch (Exception e)
        {
            _hasClaimFailed = turn.Claims.Count > 0;
            if (turn.Request.Settle is { } batch)
                _settler.Failed(batch, e);
            _parts.Cursor.Forget();
            foreach (var planned in turn.Claims)
                planned.Feed?.Heat();
            if (StorageErrors.IsWorkerDead(e))
                _parts.Heartbeat.Lose(turn.Tenure, "the database had already declared it dead");
            throw;
        }
        finally
        {
            _parts.Book.EndClaim(claim);
        }
    }
}
