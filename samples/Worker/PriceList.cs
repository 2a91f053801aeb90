namespace PgQueue.Samples.Worker;

/// <summary>A job whose caller waits for what comes out.</summary>
internal sealed record PriceList(int Articles);

/// <summary>What comes out.</summary>
internal sealed record PriceTotal(int Articles, decimal Sum);

// snippet:progress-and-result
internal sealed class PriceListHandler(ILogger<PriceListHandler> logger) : IJobHandler<PriceList>
{
    public async Task HandleAsync(PriceList payload, JobContext context, CancellationToken cancellationToken)
    {
        var sum = 0m;
        for (var article = 1; article <= payload.Articles; article++)
        {
            sum += 0.99m * article;
            await context.ReportProgressAsync((double)article / payload.Articles, $"article {article}", cancellationToken);
        }

        logger.LogWarning("{Articles} articles priced without a discount", payload.Articles); // kept with the attempt: see CaptureLogs
        context.SetResult(new PriceTotal(payload.Articles, sum));
    }
}

// endsnippet
