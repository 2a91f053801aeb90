using System.Reflection;
using PgQueue.Payloads;

namespace PgQueue.Client;

/// <summary>Who acts where nobody says: the user, the machine and the application of this process.</summary>
internal static class ActorName
{
    private const int LongestBytes = 200;

    public static string Of(string? application) => ErrorText.Clean(
        $"{Environment.UserName}@{Environment.MachineName} {(string.IsNullOrEmpty(application) ? Assembly.GetEntryAssembly()?.GetName().Name : application)}".TrimEnd(), LongestBytes);
}
