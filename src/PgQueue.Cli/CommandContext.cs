using System.CommandLine;
using PgQueue.Cli.Connecting;
using PgQueue.Cli.Input;
using PgQueue.Cli.Output;

namespace PgQueue.Cli;

/// <summary>What a command works with while it runs.</summary>
internal sealed class CommandContext(ParseResult parsed, GlobalOptions globals, Screen screen, Interrupt interrupt, TimeProvider time) : IAsyncDisposable
{
    private QueueSession? _session;

    public ParseResult Parsed { get; } = parsed;

    public Screen Screen { get; } = screen;

    public Interrupt Interrupt { get; } = interrupt;

    public TimeProvider Time { get; } = time;

    public CancellationToken Token => Interrupt.Token;

    /// <summary>The schema, for what needs no database.</summary>
    public string Schema => TargetFinder.FindSchema(Parsed.GetValue(globals.Schema), Parsed.GetValue(globals.Config));

    /// <summary>Connects, and refuses a database that holds no queue of this version.</summary>
    public async Task<QueueSession> OpenAsync(MigrateMode migrate = MigrateMode.Validate)
    {
        var target = TargetFinder.Find(Parsed.GetValue(globals.Connection), Parsed.GetValue(globals.Schema), Parsed.GetValue(globals.Config));
        return _session = await QueueSession.OpenAsync(target, migrate, Token).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_session is not null)
            await _session.DisposeAsync().ConfigureAwait(false);
    }
}
