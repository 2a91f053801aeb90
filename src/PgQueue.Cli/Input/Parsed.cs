using System.CommandLine;
using System.CommandLine.Parsing;

namespace PgQueue.Cli.Input;

/// <summary>Makes options and arguments whose errors name the option, the value and what is right.</summary>
internal static class Parsed
{
    /// <summary>An option that is read from one text.</summary>
    /// <param name="name">Its name, with dashes.</param>
    /// <param name="helpName">What the help calls its value.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="rule">What is right, for the error.</param>
    /// <param name="parse">Null for a text that is not right.</param>
    public static Option<T?> Option<T>(string name, string helpName, string description, string rule, Func<string, T?> parse)
        where T : struct => new(name)
    {
        Description = description,
        HelpName = helpName,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result => Read(result, name, rule, parse),
    };

    public static Option<string?> Text(string name, string helpName, string description) => new(name) { Description = description, HelpName = helpName };

    /// <summary>A choice of names, whatever their case.</summary>
    public static Option<TEnum?> Choice<TEnum>(string name, string description)
        where TEnum : struct, Enum
    {
        var names = Enum.GetNames<TEnum>();
        var shown = string.Join(", ", Enum.GetValues<TEnum>().Select(Output.Words.Name));
        return Option<TEnum>(name, name.TrimStart('-'), $"{description}: {shown}.", $"one of {shown}", text =>
            Array.Find(names, n => string.Equals(n, text, StringComparison.OrdinalIgnoreCase)) is { } found ? Enum.Parse<TEnum>(found) : null);
    }

    public static Argument<Guid?> JobId(bool isOptional = false) => new("id")
    {
        Description = isOptional ? "The job's id. Without it, the options say which jobs." : "The job's id.",
        Arity = isOptional ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
        CustomParser = result => Read<Guid>(result, "id", "a job's id, such as 019ab3a5-6f0e-7c3e-9d53-2f6a54d5c1b0", text => Guid.TryParse(text, out var id) ? id : null),
    };

    private static T? Read<T>(ArgumentResult result, string name, string rule, Func<string, T?> parse)
        where T : struct
    {
        if (result.Tokens.Count == 0)
            return null;
        var text = result.Tokens[0].Value;
        if (parse(text) is { } value)
            return value;
        result.AddError($"{name}: \"{text}\" is not right. It must be {rule}.");
        return null;
    }
}
