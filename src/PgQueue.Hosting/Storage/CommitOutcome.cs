namespace PgQueue.Storage;

/// <summary>What an exception says about the work that was sent.</summary>
internal enum CommitOutcome
{
    /// <summary>The server refused; nothing is stored, and the same would be refused again.</summary>
    Refused,

    /// <summary>Nothing is stored; trying again may work.</summary>
    RolledBack,

    /// <summary>It may or may not be stored.</summary>
    Unknown,
}
