namespace PgQueue.Tests.Registration;

[JobType("send-receipt")]
internal sealed record Receipt;
