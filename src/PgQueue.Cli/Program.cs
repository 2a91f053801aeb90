using System.CommandLine;
using System.CommandLine.Invocation;
using System.Text;
using PgQueue.Cli;
using PgQueue.Cli.Input;
using PgQueue.Cli.Output;

if (OperatingSystem.IsWindows())
    Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
using var interrupt = new Interrupt();
var globals = new GlobalOptions();
var root = CommandTree.Build(globals, new CommandRunner(globals, interrupt, TimeProvider.System));
// a text that starts with @ is a text, not the name of a file with options
var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
if (parsed.Action is ParseErrorAction)
{
    foreach (var message in parsed.Errors.Select(e => e.Message).Distinct(StringComparer.Ordinal))
        await Console.Error.WriteLineAsync($"pgqueue: {SafeText.Line(message)}");
    var path = parsed.CommandResult.Command is RootCommand ? "" : $" {parsed.CommandResult.Command.Name}";
    await Console.Error.WriteLineAsync($"\"pgqueue{path} --help\" says what there is.");
    return ExitCode.Usage;
}

return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
