namespace PgQueue.ThrowawayPostgres.Tests;

/// <summary>A process that owns a server, says where it is, and lasts until its input closes or it is killed.</summary>
internal static class OwnerProgram
{
    public const string Command = "own-a-server";
    public const string WithPgBouncer = "and-a-pgbouncer";

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [Command, ..])
            return 2;

        // not disposed of: what is tested is the end of the process
        var server = await ThrowawayServer.StartAsync();
        var bouncer = args.Contains(WithPgBouncer) ? await ThrowawayPgBouncer.StartAsync(server) : null;
        Console.WriteLine($"{server.DataDirectory}|{server.Port}|{bouncer?.Port}");
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
