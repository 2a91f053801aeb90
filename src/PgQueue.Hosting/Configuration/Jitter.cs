namespace PgQueue;

/// <summary>How much of a retry delay is random.</summary>
public enum Jitter
{
    /// <summary>None: the delay is exact.</summary>
    None,

    /// <summary>Half of it: from 50 % to 100 % of the delay. The default.</summary>
    Equal,

    /// <summary>All of it: from 0 % to 100 % of the delay.</summary>
    Full,
}
