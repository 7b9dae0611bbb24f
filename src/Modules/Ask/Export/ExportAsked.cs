using System.Diagnostics.CodeAnalysis;
using Ciclo.Core;
using Ciclo.Data.Sql;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Ask.Views;

namespace Ciclo.Modules.Ask.Export;

internal enum ExportFormat
{
    Csv = 0,
    Jsonl = 1,
    CloudEvents = 2,
    Parquet = 3,
}

/// <summary>What to take out: a view, a span of time where it has one (Unix milliseconds), and how it is written.</summary>
internal sealed record ExportAsked(View View, TableArguments Span, ExportFormat Format)
{
    public static IReadOnlyList<string> Formats { get; } = [.. Enum.GetNames<ExportFormat>().Select(name => name.ToLowerInvariant())];

    /// <summary>The ending of its files.</summary>
    public string Ending => Format switch { ExportFormat.Csv => "csv", ExportFormat.Parquet => "parquet", _ => "jsonl" };

    public string MediaType => Format switch
    {
        ExportFormat.Csv => "text/csv; charset=utf-8",
        ExportFormat.Jsonl => "application/jsonl",
        ExportFormat.CloudEvents => "application/cloudevents+jsonl",
        _ => "application/vnd.apache.parquet",
    };

    /// <summary>Reads what a person or a program wrote; false with what is wrong.</summary>
    public static bool TryRead(string? what, string? from, string? to, string? format, [NotNullWhen(true)] out ExportAsked? asked, [NotNullWhen(false)] out Text? wrong)
    {
        (asked, wrong) = (null, null);
        var view = AllViews.Find(what);
        var names = string.Join(", ", AllViews.List.Select(one => one.Name));
        if (view is null)
        {
            wrong = new($"There is no '{what}' to export. There are: {names}.", $"No hay '{what}' que exportar. Hay: {names}.");
        }
        else if (!Formats.Contains(format ?? "csv"))
        {
            wrong = new($"'{format}' is no format. There are: {string.Join(", ", Formats)}.", $"'{format}' no es un formato. Hay: {string.Join(", ", Formats)}.");
        }
        else if (!Paging.TryReadInstant(from, out var since) || !Paging.TryReadInstant(to, out var until))
        {
            wrong = new("Write from and to as 2026-01-31 or 2026-01-31T10:00:00Z.", "Escribe desde y hasta como 2026-01-31 o 2026-01-31T10:00:00Z.");
        }
        else if ((since ?? until) is not null && !view.HasRange)
        {
            wrong = new($"{view.Name} says how things are now; leave from and to out.", $"{view.Name} dice cómo están las cosas ahora; quita desde y hasta.");
        }
        else if (Enum.Parse<ExportFormat>(format ?? "csv", ignoreCase: true) is var chosen && chosen == ExportFormat.CloudEvents && !view.HasRange)
        {
            wrong = new($"{view.Name} are no events. Take csv, jsonl or parquet.", $"{view.Name} no son eventos. Usa csv, jsonl o parquet.");
        }
        else
        {
            asked = new ExportAsked(view, new TableArguments(since, until), chosen);
        }
        return asked is not null;
    }
}
