namespace PgQueue.Cron;

/// <summary>A hash of a schedule's name that is the same in every process, on every machine and in every version: times depend on it.</summary>
internal static class StableHash
{
    private const ulong OffsetBasis = 14_695_981_039_346_656_037;
    private const ulong Prime = 1_099_511_628_211;

    /// <summary>FNV-1a over the UTF-16 units of the name, low byte first, and the salt, then the finisher of MurmurHash3.</summary>
    public static ulong Of(string name, byte salt)
    {
        var hash = OffsetBasis;
        foreach (var unit in name)
            hash = Mix(Mix(hash, (byte)unit), (byte)(unit >> 8));
        hash = Mix(hash, salt);
        hash = (hash ^ (hash >> 33)) * 0xFF51_AFD7_ED55_8CCD;
        hash = (hash ^ (hash >> 33)) * 0xC4CE_B9FE_1A85_EC53;
        return hash ^ (hash >> 33);
    }

    private static ulong Mix(ulong hash, byte value) => (hash ^ value) * Prime;
}
