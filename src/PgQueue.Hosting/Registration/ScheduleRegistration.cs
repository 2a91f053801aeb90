namespace PgQueue.Registration;

/// <summary>One call of <c>AddCron</c>.</summary>
internal sealed record ScheduleRegistration(string Name, string Cron, object Payload, Action<ScheduleOptions>? Configure)
{
    public ScheduleOptions Options()
    {
        var options = new ScheduleOptions { Cron = Cron };
        Configure?.Invoke(options);
        return options;
    }
}
