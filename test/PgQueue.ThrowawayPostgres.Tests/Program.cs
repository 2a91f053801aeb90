using PgQueue.ThrowawayPostgres.Tests;

// the tests run in the test host; this entry is for the owner that a test kills
return await OwnerProgram.RunAsync(args);
