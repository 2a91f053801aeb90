using System.Collections.Concurrent;
using Microsoft.AspNetCore.Mvc;

namespace PgQueue.Samples.Orders;

/// <summary>The other side: takes webhooks slowly, refuses every tenth at first, and some customers' always.</summary>
internal sealed class Receiver
{
    private static readonly HashSet<string> Broken = ["Camden Records", "Kaffeekontor Bremen"];
    private static readonly HashSet<string> Gone = ["Riverside Pets"];

    private readonly ConcurrentDictionary<int, int> _tries = new();
    private readonly ConcurrentDictionary<int, int> _taken = new();
    private readonly ConcurrentDictionary<int, (int Worker, string Customer)> _arriving = new();

    /// <summary>How many webhooks were taken more than once, because the worker died before it could commit.</summary>
    public int TakenAgain => _taken.Values.Count(times => times > 1);

    public bool HasSeen(int orderNumber) => _tries.ContainsKey(orderNumber);

    /// <summary>The orders that a worker process is delivering right now, without those that are never taken.</summary>
    public int[] BeingDeliveredBy(int worker) =>
        [.. _arriving.Where(one => one.Value.Worker == worker && !IsNeverTaken(one.Value.Customer)).Select(one => one.Key)];

    public async Task<IResult> TakeAsync(Webhook webhook, int worker)
    {
        _arriving[webhook.Number] = (worker, webhook.Customer);
        try
        {
            await Task.Delay(Random.Shared.Next(20, 80));
            var isFirstTry = _tries.AddOrUpdate(webhook.Number, 1, (_, tries) => tries + 1) == 1;
            if (Gone.Contains(webhook.Customer))
                return Results.StatusCode(StatusCodes.Status410Gone);
            if (Broken.Contains(webhook.Customer) || (isFirstTry && webhook.Number % 10 == 3))
                return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
            _taken.AddOrUpdate(webhook.Number, 1, (_, times) => times + 1);
            return Results.Accepted();
        }
        finally
        {
            _arriving.TryRemove(webhook.Number, out _);
        }
    }

    private static bool IsNeverTaken(string customer) => Broken.Contains(customer) || Gone.Contains(customer);
}

internal static class ReceiverEndpoint
{
    public static void MapReceiver(this WebApplication app) =>
        app.MapPost("/receiver", ([FromHeader(Name = "X-Worker")] int worker, Webhook webhook, Receiver receiver) =>
            receiver.TakeAsync(webhook, worker));
}
