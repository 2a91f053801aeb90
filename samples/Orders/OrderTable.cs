using System.Data.Common;
using Dapper;
using Npgsql;

namespace PgQueue.Samples.Orders;

/// <summary>The shop's one table.</summary>
internal sealed class OrderTable(NpgsqlDataSource database)
{
    public async Task CreateAsync()
    {
        await using var connection = await database.OpenConnectionAsync();
        await connection.ExecuteAsync("""
            create schema demo_shop;
            create table demo_shop.orders (
                number int primary key, placed_at timestamptz not null, customer text not null, country text not null,
                currency text not null, items int not null, amount numeric(12, 2) not null,
                accepted_at timestamptz not null default clock_timestamp(), reviewed_at timestamptz,
                deliveries int not null default 0, delivered_at timestamptz, attempt int, worker int);
            create index on demo_shop.orders (customer);
            """);
    }

    public Task InsertAsync(Order order, DbTransaction transaction) => transaction.Connection!.ExecuteAsync(
        """
        insert into demo_shop.orders (number, placed_at, customer, country, currency, items, amount)
        values (@Number, @PlacedAt, @Customer, @Country, @Currency, @Items, @Amount)
        """,
        order, transaction);

    public Task<decimal> TotalOfAsync(string customer, DbTransaction transaction) => transaction.Connection!.ExecuteScalarAsync<decimal>(
        "select sum(amount) from demo_shop.orders where customer = @customer", new { customer }, transaction);

    public async Task<Webhook> ReadWebhookAsync(int number, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<Webhook>(
            "select number, customer, currency, amount from demo_shop.orders where number = @number", new { number });
    }

    public Task MarkDeliveredAsync(int number, int attempt, DbTransaction transaction) => transaction.Connection!.ExecuteAsync(
        """
        update demo_shop.orders
        set deliveries = deliveries + 1, delivered_at = clock_timestamp(), attempt = @attempt, worker = @worker
        where number = @number
        """,
        new { number, attempt, worker = Environment.ProcessId }, transaction);

    public async Task MarkReviewedAsync(int number, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync("update demo_shop.orders set reviewed_at = clock_timestamp() where number = @number", new { number });
    }

    public async Task<int> CountDeliveredAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<int>("select count(*) from demo_shop.orders where deliveries > 0");
    }

    /// <summary>How often each accepted order was delivered, by the orders' numbers.</summary>
    public async Task<Dictionary<int, int>> ReadDeliveriesAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<(int Number, int Deliveries)>("select number, deliveries from demo_shop.orders");
        return rows.ToDictionary(row => row.Number, row => row.Deliveries);
    }

    /// <summary>How many of these orders are delivered by another process than this one.</summary>
    public async Task<(int Delivered, int Elsewhere)> CountDeliveredAsync(int[] numbers, int worker, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<(int, int)>(
            """
            select count(*)::int, (count(*) filter (where worker <> @worker))::int
            from demo_shop.orders where number = any(@numbers) and deliveries > 0
            """,
            new { numbers, worker });
    }

    /// <summary>Milliseconds from enqueue to finish: p50 and p99 of all orders, then of those that the receiver took at the first try.</summary>
    public async Task<(double[]? All, double[]? FirstTry)> ReadLatenciesAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<(double[]?, double[]?)>("""
            select percentile_cont(array[0.5, 0.99]) within group (order by ms),
                   percentile_cont(array[0.5, 0.99]) within group (order by ms) filter (where attempt = 1)
            from (select extract(epoch from delivered_at - accepted_at)::float8 * 1000 as ms, attempt
                  from demo_shop.orders where deliveries > 0) delivered
            """);
    }
}
