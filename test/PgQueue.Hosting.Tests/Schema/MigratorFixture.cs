using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PgQueue.Configuration;
using PgQueue.Schema;
using PgQueue.Tests.Storage;

namespace PgQueue.Tests.Schema;

/// <summary>An empty database a test, and what the migrations made of it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal abstract class MigratorFixture
{
    /// <summary>Everything the steps make, as text without the schema's name: columns, constraints, indexes, functions, storage options, rights. Not the partitions, whose names and bounds are the minute's.</summary>
    private const string Catalog = """
        select replace(replace(line, '"' || $1 || '".', ''), $1 || '.', '') from (
          select format('%s column %s %s %s null:%s default:%s', c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), not a.attnotnull,
              pg_get_expr(d.adbin, d.adrelid)) line
            from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
            where c.relnamespace = $2::bigint::oid and c.relkind in ('r', 'p', 'S')
          union all select format('%s %s %s %s %s', c.relname, c.relkind, c.reloptions, c.relacl, pg_get_expr(c.relpartbound, c.oid)) from pg_class c where c.relnamespace = $2::bigint::oid
          union all select format('%s %s', conname, pg_get_constraintdef(oid)) from pg_constraint where connamespace = $2::bigint::oid
          union all select indexdef from pg_indexes where schemaname = $1
          union all select format('%s %s', pg_get_functiondef(oid), proacl) from pg_proc where pronamespace = $2::bigint::oid
          union all select format('step %s %s %s %s', version, name, hash, oldest_compatible) from /*schema*/migration) x
        where line !~ '(job|attempt)_[0-9]{12}_[0-9]{12}'
        order by 1
        """;

    protected string Database { get; private set; } = "";

    protected NpgsqlDataSource Source { get; private set; } = null!;

    protected Session C { get; private set; } = null!;

    [SetUp]
    public async Task PrepareAsync()
    {
        Database = await TestDatabase.CreateAsync();
        Source = NpgsqlDataSource.Create(Database);
        C = await Session.OpenAsync(Database);
    }

    [TearDown]
    public async Task EndAsync()
    {
        if (C is not null)
            await C.DisposeAsync();
        if (Source is not null)
            await Source.DisposeAsync();
    }

    protected static Migrator Migrator(string schema = "pgqueue") => new(new SchemaName(schema), TimeProvider.System, NullLogger.Instance);

    protected Task MigrateAsync(string schema = "pgqueue") => Migrator(schema).MigrateAsync(Source, CancellationToken.None);

    protected async Task<List<string>> CatalogAsync(string schema = "pgqueue", Session? of = null)
    {
        var session = of ?? C;
        var oid = await session.OneAsync<uint>("select oid from pg_namespace where nspname = $1", schema);
        return await session.ListAsync<string>(new SchemaName(schema).In(Catalog), schema, (long)oid);
    }
}
