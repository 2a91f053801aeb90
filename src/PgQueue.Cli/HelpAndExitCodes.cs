using System.CommandLine;
using System.CommandLine.Invocation;

namespace PgQueue.Cli;

/// <summary>The help of a command, with what the process ends with.</summary>
internal sealed class HelpAndExitCodes(SynchronousCommandLineAction help) : SynchronousCommandLineAction
{
    private const string Codes = """
        Exit codes:
          0    done
          1    refused, or nothing found: an unknown job, no job that fits
          2    wrong usage or configuration; nothing was done
          3    the database cannot be reached, or refuses
          4    the schema is missing, or of another version
          70   a fault of this program
          130  interrupted
        """;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var code = help.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(Codes);
        return code;
    }
}
