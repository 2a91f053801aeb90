namespace PgQueue.Storage;

/// <summary>What a promotion did and saw.</summary>
/// <param name="Jobs">Moved to ready.</param>
/// <param name="Highest">The latest due time among them: the next lower bound.</param>
/// <param name="NextIn">How long until the next one is due.</param>
/// <param name="Lanes">How many lanes exist: more than we know means we must look.</param>
/// <param name="Pauses">What is paused: q and a queue's name, t and a type's name or prefix.</param>
internal readonly record struct PromoteReply(int Jobs, DateTime? Highest, TimeSpan? NextIn, int Lanes, string[] Pauses);
