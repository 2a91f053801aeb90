using System.Reflection;
using PgQueue.Configuration;

namespace PgQueue.Tests.Configuration;

[Parallelizable(ParallelScope.Children)]
internal sealed class SettingsTests
{
    [Test]
    public void Every_public_option_is_in_the_table_and_nothing_else_is() =>
        Assert.That(Flat(Settings.All, ""), Is.EquivalentTo(OptionsOf(typeof(PgQueueOptions), "").Append("Schedules:Payload")));

    [Test]
    public void Only_what_configuration_cannot_say_is_for_code_only() => Assert.That(
        Flat(Settings.All, "").Except(Settings.All.Paths().Select(p => p.Replace(":<name>", "", StringComparison.Ordinal))).Where(p => p is not ("Queues" or "Queues:Retention" or "Retry" or "Lease" or "Shutdown" or "Polling" or "Payload" or "Retention" or "Health" or "Health:Queues" or "Schedules")),
        Is.EquivalentTo(new[] { "Retry:Policy", "Payload:Json", "Schedules:Headers" }));

    private static IEnumerable<string> Flat(IEnumerable<Setting> settings, string prefix) =>
        settings.SelectMany(s => Flat(s.Children, $"{prefix}{s.Name}:").Prepend(prefix + s.Name));

    private static IEnumerable<string> OptionsOf(Type type, string prefix)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            yield return prefix + property.Name;
            var below = property.PropertyType is { IsGenericType: true } map && map.GetGenericTypeDefinition() == typeof(IDictionary<,>)
                ? map.GetGenericArguments()[1]
                : property.PropertyType;
            if (below.Assembly == typeof(PgQueueOptions).Assembly && below is { IsClass: true })
                foreach (var option in OptionsOf(below, $"{prefix}{property.Name}:"))
                    yield return option;
        }
    }
}
