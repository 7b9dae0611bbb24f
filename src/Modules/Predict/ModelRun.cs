using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Imports.Contracts;

namespace Ciclo.Modules.Predict;

/// <summary>What a command of `ciclo model` works with: the files it is given, a stopwatch, and where its answer goes.</summary>
internal sealed class ModelRun(CommandEnvironment environment, TimeProvider clock)
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public Language Language => environment.Language;

    public TextWriter Out => environment.Out;

    /// <summary>Reads a table. Throws <see cref="RefusedException"/> where there is none.</summary>
    public ColumnTable Table(string file)
    {
        var path = Path.GetFullPath(file, environment.WorkingDirectory);
        if (!File.Exists(path))
        {
            throw new RefusedException(new Text($"There is no file {path}.", $"No existe el archivo {path}."));
        }
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        var table = ColumnTable.Read(stream, Path.GetFileName(path));
        return table.Rows > 0 ? table : throw new RefusedException(new Text(
            $"{Path.GetFileName(path)} has a header and no row below it.", $"{Path.GetFileName(path)} tiene un encabezado y ninguna fila debajo."));
    }

    /// <summary>Does work and answers how many seconds it took.</summary>
    public (T Result, double Seconds) Timed<T>(Func<T> work)
    {
        var started = clock.GetTimestamp();
        var result = work();
        return (result, clock.GetElapsedTime(started).TotalSeconds);
    }

    /// <summary>Prints the one JSON object of the answer, on a line.</summary>
    public void Answer(Action<Utf8JsonWriter> write)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, Plain))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        environment.Out.WriteLine(Encoding.UTF8.GetString(memory.ToArray()));
    }
}

internal static class JsonNumbers
{
    /// <summary>Writes a number to its last digit; null where it is not finite, which JSON cannot say.</summary>
    public static void WriteReal(this Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
