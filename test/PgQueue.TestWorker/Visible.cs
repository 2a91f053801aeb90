using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("PgQueue.Process.Tests")]
