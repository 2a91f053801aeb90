using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;

namespace PgQueue.Samples.Orders;

/// <summary>The customers: posts the orders of the data file to the shop's own endpoint.</summary>
internal sealed class OrderFeed(IConfiguration configuration)
{
    private const int Parallelism = 16;
    private readonly Order[] _orders = Read(Path.Combine(AppContext.BaseDirectory, "orders.csv"));
    private int _rush;

    public int Count => _orders.Length;

    public int OrdersPerSecond { get; } = configuration.GetValue("Feed:OrdersPerSecond", 60);

    /// <summary>The accepted orders' numbers and the jobs that deliver them.</summary>
    public ConcurrentDictionary<int, Guid> Accepted { get; } = new();

    /// <summary>The numbers of the orders that the shop refused.</summary>
    public ConcurrentBag<int> Refused { get; } = [];

    /// <summary>Lets the next orders in without a pause.</summary>
    public void Rush(int orders) => Volatile.Write(ref _rush, orders);

    public async Task PostAllAsync(Uri shop, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = shop };
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(PaceAsync(cancellationToken), options, async (order, token) => await PostAsync(http, order, token));
    }

    private async Task PostAsync(HttpClient http, Order order, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync("/orders", order, cancellationToken);
        if (response.StatusCode == HttpStatusCode.UnprocessableEntity)
        {
            Refused.Add(order.Number);
            return;
        }

        response.EnsureSuccessStatusCode();
        var accepted = await response.Content.ReadFromJsonAsync<AcceptedOrder>(cancellationToken);
        Accepted[order.Number] = accepted!.WebhookJobId;
    }

    private async IAsyncEnumerable<Order> PaceAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(Math.Max(1, 1000.0 / OrdersPerSecond)));
        foreach (var order in _orders)
        {
            if (Volatile.Read(ref _rush) > 0)
                Interlocked.Decrement(ref _rush);
            else
                await timer.WaitForNextTickAsync(cancellationToken);
            yield return order;
        }
    }

    private static Order[] Read(string path) => [.. File.ReadLines(path).Skip(1).Select(Parse)];

    private static Order Parse(string line)
    {
        var fields = line.Split(',');
        return new Order(
            int.Parse(fields[0], CultureInfo.InvariantCulture), DateTimeOffset.Parse(fields[1], CultureInfo.InvariantCulture), fields[2], fields[3],
            fields[4], int.Parse(fields[5], CultureInfo.InvariantCulture), decimal.Parse(fields[6], CultureInfo.InvariantCulture));
    }
}
