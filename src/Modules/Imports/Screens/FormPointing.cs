using Ciclo.Core.Time;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Imports;

/// <summary>Reads what was pointed at from the form around the table. A value that none of the menus has leaves what was there.</summary>
internal static class FormPointing
{
    private const int LongestName = 100;

    public static Pointing Read(IFormCollection form, Pointing before)
    {
        var columns = before.Columns.Select((column, i) => ColumnOf(form, column, i)).ToList();
        return before with
        {
            Source = Text(form, "source", MapReader.MaxSourceCharacters) is { Length: > 0 } source ? source : before.Source,
            Subject = Enum.TryParse<RowSubject>(form["subject"], out var subject) && Enum.IsDefined(subject) ? subject : before.Subject,
            EventName = Text(form, "event", LongestName),
            TimeFormat = TimeGuess.Offered.Contains(form["format"].ToString(), StringComparer.Ordinal) ? form["format"].ToString() : before.TimeFormat,
            TimeZone = Zone.TryGet(form["zone"].ToString().Trim(), out var zone) ? zone.Id : before.TimeZone,
            Currency = form["currency"].ToString().Trim().ToUpperInvariant() is { Length: 3 } code && code.All(char.IsAsciiLetterUpper) ? code : before.Currency,
            IsGrouped = form["grouped"] == "1",
            RepeatsTotal = form["repeats"] == "1",
            Columns = Single(columns, before),
        };
    }

    private static PointedColumn ColumnOf(IFormCollection form, PointedColumn column, int i)
    {
        var role = Enum.TryParse<ColumnRole>(form[$"c{i}"], out var given) && Enum.IsDefined(given) ? given : column.Role;
        var property = Text(form, $"p{i}", LongestName);
        return column with { Role = role, Property = property.Length > 0 ? property : column.Property };
    }

    /// <summary>Only properties and what is left out may be several: a role that was given anew is taken from the column that had it.</summary>
    private static List<PointedColumn> Single(List<PointedColumn> columns, Pointing before)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            var role = columns[i].Role;
            if (role is not ColumnRole.Property and not ColumnRole.Ignore && before.Columns[i].Role == role && columns.Where((other, j) => j != i && other.Role == role).Any())
            {
                columns[i] = columns[i] with { Role = ColumnRole.Property };
            }
        }
        var seen = new HashSet<ColumnRole>();
        return [.. columns.Select(column => column.Role is ColumnRole.Property or ColumnRole.Ignore || seen.Add(column.Role) ? column : column with { Role = ColumnRole.Property })];
    }

    private static string Text(IFormCollection form, string name, int longest)
    {
        var text = form[name].ToString().Trim();
        return new string([.. text.Where(c => !char.IsControl(c)).Take(longest)]);
    }
}
