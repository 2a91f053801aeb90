namespace PgQueue;

/// <summary>Why a schedule's job runs: which schedule, and which of its occurrences.</summary>
/// <param name="Schedule">The schedule's name.</param>
/// <param name="Occurrence">The instant that it stands for, in UTC. The same for every attempt of the job. For one triggered by hand, that instant.</param>
/// <param name="IsLate">Whether it was fired more than a minute after its time, because no process was up, or the run before it was still going.</param>
/// <param name="MissedSince">The earliest of several occurrences that this one run stands for; <see langword="null"/> if it stands for itself alone.</param>
/// <param name="IsTriggered">Whether somebody asked for it, beside its occurrences.</param>
public sealed record ScheduledRun(string Schedule, DateTimeOffset Occurrence, bool IsLate, DateTimeOffset? MissedSince, bool IsTriggered);
