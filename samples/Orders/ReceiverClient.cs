using System.Net;

namespace PgQueue.Samples.Orders;

/// <summary>What the receiver is told about an order.</summary>
internal sealed record Webhook(int Number, string Customer, string Currency, decimal Amount);

/// <summary>The receiver has gone for good; trying again is no use.</summary>
internal sealed class ReceiverGoneException() : Exception("The receiver answered 410 Gone.");

/// <summary>Posts webhooks to the receiver.</summary>
internal sealed class ReceiverClient(HttpClient http)
{
    public async Task PostAsync(Webhook webhook, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/receiver") { Content = JsonContent.Create(webhook) };
        request.Headers.Add("X-Worker", $"{Environment.ProcessId}");
        using var response = await http.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Gone)
            throw new ReceiverGoneException();
        response.EnsureSuccessStatusCode();
    }
}
