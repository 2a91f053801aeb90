namespace PgQueue.Notifications;

/// <summary>Where news of work meets those who wait for it, inside one process: from its own enqueues and from notifications.</summary>
internal sealed class WakeHub
{
    /// <summary>Jobs of a queue became ready; null for any queue.</summary>
    public event Action<string?>? JobsReady;

    /// <summary>A job was scheduled; in how long it is due, zero if that is not known.</summary>
    public event Action<TimeSpan>? JobsScheduled;

    /// <summary>Somebody asked for a running job to be cancelled.</summary>
    public event Action? CancelAsked;

    /// <summary>Somebody changed a schedule.</summary>
    public event Action? SchedulesChanged;

    /// <summary>A job has ended that somebody waits for.</summary>
    public event Action<Guid>? JobEnded;

    /// <summary>What is paused, and when that was asked of the database, as a monotonic timestamp.</summary>
    public event Action<string[], long>? PausesRead;

    public void AnnouncePauses(string[] pauses, long askedAt) => PausesRead?.Invoke(pauses, askedAt);

    public void AnnounceReady(string? queue) => JobsReady?.Invoke(queue);

    public void AnnounceScheduled(TimeSpan dueIn = default) => JobsScheduled?.Invoke(dueIn);

    public void AnnounceCancel() => CancelAsked?.Invoke();

    public void AnnounceSchedules() => SchedulesChanged?.Invoke();

    private void AnnounceEnded(string payload)
    {
        if (Guid.TryParse(payload.AsSpan(1), out var job))
            JobEnded?.Invoke(job);
    }

    /// <summary>Acts on a notification's payload. It is only a hint: anybody may send one.</summary>
    public void Receive(string payload)
    {
        if (payload.StartsWith('@'))
            AnnounceScheduled();
        else if (payload.StartsWith('!'))
            AnnounceCancel();
        else if (payload.StartsWith('#'))
            AnnounceSchedules();
        else if (payload.StartsWith('='))
            AnnounceEnded(payload);
        else if (!payload.StartsWith('?'))
            AnnounceReady(payload);
    }
}
