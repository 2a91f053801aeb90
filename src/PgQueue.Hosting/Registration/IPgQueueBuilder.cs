namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds handlers and middleware to one queue; returned by <c>AddPgQueue</c>.</summary>
public interface IPgQueueBuilder
{
    /// <summary>The queue's name; empty for the unnamed one.</summary>
    string Name { get; }

    /// <summary>The application's services.</summary>
    IServiceCollection Services { get; }
}
