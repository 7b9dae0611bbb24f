using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Ciclo.Tests")]
