using Microsoft.Extensions.DependencyInjection;

namespace PgQueue.Registration;

/// <summary>The builder that <c>AddPgQueue</c> returns.</summary>
internal sealed record PgQueueBuilder(string Name, IServiceCollection Services) : IPgQueueBuilder;
