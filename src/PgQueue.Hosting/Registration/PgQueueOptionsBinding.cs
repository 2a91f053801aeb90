using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using PgQueue.Configuration;

namespace PgQueue.Registration;

/// <summary>Fills the options of every added queue from its section. What cannot be read is left at its default: <see cref="PgQueueOptionsValidation"/> reports it.</summary>
internal sealed class PgQueueOptionsBinding(PgQueueNames names, IConfiguration? configuration) : IConfigureNamedOptions<PgQueueOptions>
{
    public void Configure(PgQueueOptions options) => Configure("", options);

    public void Configure(string? name, PgQueueOptions options)
    {
        if (name is not null && names.Contains(name))
            _ = Read(name, options);
    }

    /// <summary>Sets what the queue's section says. Returns the errors.</summary>
    public IReadOnlyList<string> Read(string name, PgQueueOptions options) => configuration is null
        ? []
        : new ConfigurationReader(configuration.GetSection(PgQueueRules.PathOf(name)), names).ReadInto(options);

    /// <summary>The keys of section <c>PgQueue</c> that nobody would read because every queue has a name, reported with the first of them.</summary>
    public IEnumerable<string> Unread(string name)
    {
        if (configuration is null || names.Contains("") || !string.Equals(name, names.All[0], StringComparison.Ordinal))
            return [];
        var known = string.Join(", ", names.All.Select(PgQueueRules.PathOf));
        return configuration.GetSection(PgQueueOptions.SectionName).GetChildren()
            .Where(child => !names.IsSection(child.Key))
            .Select(child => $"{child.Path} belongs to no queue: the queues added are {known}.{(Suggestion.Nearest(child.Key, names.All) is { } near ? $" Did you mean {PgQueueRules.PathOf(near)}?" : "")}");
    }
}
