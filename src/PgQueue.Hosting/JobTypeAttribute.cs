namespace PgQueue;

/// <summary>Gives a payload class a type name that survives renaming the class.</summary>
/// <param name="name">The stored type name: 1-128 of <c>a-z 0-9 . _ : -</c>.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class JobTypeAttribute(string name) : Attribute
{
    /// <summary>The stored type name.</summary>
    public string Name { get; } = name;

    /// <summary>Earlier names under which jobs may still be stored; this class's handler runs them too.</summary>
    /// <value>Default: none.</value>
    public string[] Aliases { get; set; } = [];

    /// <summary>The queue for jobs of this type that name none.</summary>
    /// <value>Default: <c>default</c>.</value>
    public string? Queue { get; set; }
}
