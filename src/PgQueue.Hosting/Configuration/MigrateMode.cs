namespace PgQueue;

/// <summary>What a starting process does about the database schema.</summary>
public enum MigrateMode
{
    /// <summary>Creates the schema or brings it up to date. The default.</summary>
    Auto,

    /// <summary>Changes nothing; refuses to start if the schema is missing or does not fit.</summary>
    Validate,

    /// <summary>Neither changes nor checks anything.</summary>
    Off,
}
