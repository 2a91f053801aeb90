using PgQueue.Storage;

namespace PgQueue.Client;

/// <summary>Turns the database's replies into one receipt a job, in the caller's order.</summary>
internal static class Receipts
{
    private const short IdExists = 2;
    private const short KeyHeld = 3;
    private const short Replaced = 4;

    /// <param name="rows">What was sent.</param>
    /// <param name="replies">A reply for every job that was not simply inserted.</param>
    /// <param name="sentBefore">Ids that an earlier try of this call may have stored: finding them is no duplicate.</param>
    public static JobReceipt[] From(IReadOnlyList<NewJobRow> rows, List<EnqueueReply> replies, IReadOnlySet<Guid>? sentBefore)
    {
        var receipts = new JobReceipt[rows.Count];
        if (replies.Count == 0)
        {
            for (var i = 0; i < receipts.Length; i++)
                receipts[i] = new JobReceipt(rows[i].Id, EnqueueOutcome.Created);
            return receipts;
        }

        var byId = new Dictionary<Guid, EnqueueReply>();
        foreach (var reply in replies)
            if (!byId.TryGetValue(reply.Id, out var other) || reply.Outcome < other.Outcome)
                byId[reply.Id] = reply;
        var seen = new HashSet<Guid>();
        for (var i = 0; i < receipts.Length; i++)
            receipts[i] = From(rows[i], byId, seen, sentBefore);
        return receipts;
    }

    private static JobReceipt From(NewJobRow row, Dictionary<Guid, EnqueueReply> replies, HashSet<Guid> seen, IReadOnlySet<Guid>? sentBefore)
    {
        var isFirst = seen.Add(row.Id);
        if (!replies.TryGetValue(row.Id, out var reply))
            return new JobReceipt(row.Id, isFirst ? EnqueueOutcome.Created : EnqueueOutcome.Existing);
        return reply.Outcome switch
        {
            IdExists when isFirst && sentBefore?.Contains(row.Id) == true => new JobReceipt(row.Id, EnqueueOutcome.Created),
            IdExists => new JobReceipt(row.Id, EnqueueOutcome.Existing),
            KeyHeld => new JobReceipt(reply.Holder ?? row.Id, EnqueueOutcome.Existing),
            Replaced => new JobReceipt(row.Id, isFirst ? EnqueueOutcome.Replaced : EnqueueOutcome.Existing),
            _ => throw new PgQueueException($"The database answered an enqueue with {reply.Outcome}, which this package does not know."),
        };
    }
}
