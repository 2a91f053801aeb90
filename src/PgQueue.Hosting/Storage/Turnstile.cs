namespace PgQueue.Storage;

/// <summary>Lets one caller through at a time, so that many loops share one connection.</summary>
internal sealed class Turnstile : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);

    public async Task<Turn> EnterAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Turn(_one);
    }

    public void Dispose() => _one.Dispose();

    internal readonly struct Turn(SemaphoreSlim one) : IDisposable
    {
        public void Dispose() => one.Release();
    }
}
