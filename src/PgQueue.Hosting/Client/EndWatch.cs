using Microsoft.Extensions.Logging;
using PgQueue.Diagnostics;
using PgQueue.Loops;
using PgQueue.Notifications;
using PgQueue.Storage;

namespace PgQueue.Client;

/// <summary>
/// Waits for the end of jobs, for everybody in this process at once: one statement registers and looks, a notification or the next look ends the
/// wait. Runs only while somebody waits.
/// </summary>
/// <param name="store">The statements.</param>
/// <param name="hub">Where notifications arrive.</param>
/// <param name="notified">Whether the listener of this process's workers hears them.</param>
/// <param name="listen">A listener for a process without workers; null where there is none to be.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where failures are told.</param>
internal sealed class EndWatch(WaitStore store, WakeHub hub, Func<bool> notified, Func<Listener?> listen, TimeProvider time, ILogger logger)
    : BackgroundLoop(Name, time, logger)
{
    private const string Name = "waits";
    private static readonly TimeSpan Notified = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Polling = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ListenFor = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Rest = TimeSpan.FromHours(1);
    private readonly EndWaits _waits = new(time);
    private readonly Lock _gate = new();
    private Listener? _listener;
    private long _sentAt;
    private long _lookedAt;
    private bool _isStarted;
    private bool _hasTriedToListen;
    private bool _isDisposed;
    private volatile bool _mustLook;
    private volatile Exception? _fault;

    /// <summary>The end of a job; its outcome is null if there is no such job.</summary>
    /// <exception cref="TimeoutException">Not in time.</exception>
    public async Task<EndedJob> WaitAsync(Guid job, TimeSpan timeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (timeout == TimeSpan.Zero)
            return await LookAsync(job, cancellationToken).ConfigureAwait(false) ?? throw TimedOut(job, timeout);
        Start(job, out var wait);
        try
        {
            return await wait.Ended.Task.WaitAsync(timeout, Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw TimedOut(job, timeout);
        }
        finally
        {
            _waits.Leave(wait);
        }
    }

    public override async Task<TimeSpan> RunOnceAsync(CancellationToken cancellationToken)
    {
        if (_waits.IsEmpty)
            return await RestAsync().ConfigureAwait(false);
        Listen();
        // what comes in quick succession goes out together
        if (_sentAt != 0 && Time.GetElapsedTime(_sentAt) is var since && since < Spacing)
            return Spacing - since;
        var interval = notified() || _listener is { IsHealthy: true } ? Notified : Polling;
        var looks = _mustLook || Time.GetElapsedTime(_lookedAt) >= interval;
        _mustLook = false;
        var request = _waits.Take(looks);
        if (looks)
            _lookedAt = Time.GetTimestamp();
        if (!request.IsEmpty && !await SendAsync(request, cancellationToken).ConfigureAwait(false))
            return AfterFailure;
        var next = interval - Time.GetElapsedTime(_lookedAt);
        return next > TimeSpan.Zero ? next : TimeSpan.Zero;
    }

    public override async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
        }

        await base.DisposeAsync().ConfigureAwait(false);
        _waits.FailAll(new ObjectDisposedException(nameof(IJobClient), "The application is stopping, so nobody waits for its jobs any more."));
        if (_listener is { } listener)
            await listener.DisposeAsync().ConfigureAwait(false);
        if (_waits.Take(everything: false) is { IsEmpty: false } request)
            await TakeBackAsync(request).ConfigureAwait(false);
    }

    private void Start(Guid job, out EndWait wait)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(IJobClient));
            wait = _waits.Enter(job);
            if (!_isStarted)
            {
                _isStarted = true;
                hub.JobEnded += OnEnded;
                hub.JobsReady += OnReady;
                StartAlone();
            }
        }

        Wake();
    }

    /// <summary>What runs on must not count as part of the request that waited first, nor its lines as a handler's.</summary>
    private void StartAlone()
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            Start();
            return;
        }

        using (ExecutionContext.SuppressFlow())
            Start();
    }

    private async Task<EndedJob?> LookAsync(Guid job, CancellationToken cancellationToken)
    {
        var look = new WaitRequest { Process = Guid.Empty, First = [job] };
        return (await StorageErrors.ExplainAsync(store.SendAsync(look, cancellationToken)).ConfigureAwait(false)).FirstOrDefault();
    }

    private async Task<bool> SendAsync(WaitRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var ended = await store.SendAsync(request, cancellationToken).ConfigureAwait(false);
            _sentAt = Time.GetTimestamp();
            _waits.Answered(request, ended);
            if (_fault is not null)
                Logger.LoopRecovered(Name);
            _fault = null;
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            _sentAt = Time.GetTimestamp();
            _waits.Failed(request);
            if (_fault is null)
                Logger.LoopFailed(e, Name, AfterFailure);
            _fault = e;
            // a server that has become a standby comes back; the rest a caller must mend, and waiting does not
            if (!StorageErrors.IsReadOnly(e) && StorageErrors.Explained(e) is { } explained)
                _waits.FailAll(explained);
            return false;
        }
    }

    /// <summary>A process without workers listens while somebody waits, and for some minutes after.</summary>
    private void Listen()
    {
        if (_hasTriedToListen)
            return;
        _hasTriedToListen = true;
        if (listen() is not { } listener)
            return;
        _listener = listener;
        listener.Start();
    }

    private async Task<TimeSpan> RestAsync()
    {
        if (_listener is not { } listener)
            return Rest;
        var left = ListenFor - Time.GetElapsedTime(_sentAt);
        if (left > TimeSpan.Zero)
            return left;
        _listener = null;
        _hasTriedToListen = false;
        await listener.DisposeAsync().ConfigureAwait(false);
        return Rest;
    }

    private async Task TakeBackAsync(WaitRequest request)
    {
        try
        {
            await store.SendAsync(request, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(1), Time).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // the rows end by themselves
        }
    }

    private void OnEnded(Guid job)
    {
        if (_waits.Hint(job))
            Wake();
    }

    /// <summary>The listener begins or ends: what was sent meanwhile is lost.</summary>
    private void OnReady(string? queue)
    {
        if (queue is not null || _waits.IsEmpty)
            return;
        _mustLook = true;
        Wake();
    }

    private TimeoutException TimedOut(Guid job, TimeSpan timeout) => _fault is { } fault
        ? new TimeoutException($"Job {job} was not seen to end within {timeout}: the database cannot be asked.", fault)
        : new TimeoutException($"Job {job} has not ended within {timeout}.");
}
