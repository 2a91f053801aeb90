using PgQueue.Leases;
using PgQueue.Storage;

namespace PgQueue.Worker;

/// <summary>What one turn of the pump sends, and from which queues its claims are.</summary>
internal sealed record PumpTurn(PumpRequest Request, Tenure Tenure, IReadOnlyList<PlannedClaim> Claims, bool IsSweep);
