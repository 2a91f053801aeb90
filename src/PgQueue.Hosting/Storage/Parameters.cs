using Npgsql;
using NpgsqlTypes;

namespace PgQueue.Storage;

/// <summary>Parameters with their PostgreSQL type said, so that nothing is guessed and null arrays are allowed.</summary>
internal static class Parameters
{
    public static NpgsqlParameter Value(NpgsqlDbType type, object? value) => new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };

    public static NpgsqlParameter Array(NpgsqlDbType element, object? values) => Value(NpgsqlDbType.Array | element, values);

    public static NpgsqlParameter Uuid(Guid? value) => Value(NpgsqlDbType.Uuid, value);

    public static NpgsqlParameter Texts(string[]? values) => Array(NpgsqlDbType.Text, values);
}
