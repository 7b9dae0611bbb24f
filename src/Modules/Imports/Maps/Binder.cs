using System.Text;
using Ciclo.Core;
using Ciclo.Core.Events;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Engine.Yaml;

namespace Ciclo.Modules.Imports;

/// <summary>
/// Binds a map to a file's columns. A bare text that is a column's name is that column; anything else is an expression over columns. What
/// cannot be bound is reported with its place; all mistakes are found at once.
/// </summary>
internal sealed class Binder(ImportMap map, ColumnSet columns, ICollection<Diagnostic> diagnostics)
{
    private readonly List<RowAggregateExpression> aggregates = [];
    private readonly List<TimeReader> times = [];
    private readonly HashSet<int> used = [];

    private RuleContext Context => map.GroupBy is null ? RuleContext.Row : RuleContext.RowGroup;

    /// <summary>The plan; null if an error was found. <paramref name="typesOf"/> answers the columns' types, which for JSON are known only now.</summary>
    internal ImportPlan? Bind(Func<ColumnSet, IReadOnlyList<ColumnType?>> typesOf)
    {
        var before = diagnostics.Count(found => found.Severity == Severity.Error);
        var declared = map.Columns.Where(column => column.Type is not null)
            .Select(column => columns.Find(column.Name.Value, column.Name.Place, diagnostics)).ToList();
        var skip = map.Skip is null ? null : BindExpression(map.Skip, RuleContext.Row, isCondition: true);
        var groupBy = Column(map.GroupBy);
        var emits = map.Emits.Select(BindEmit).ToList();
        if (diagnostics.Count(found => found.Severity == Severity.Error) > before)
        {
            return null;
        }
        var types = typesOf(columns);
        return new ImportPlan
        {
            Map = map,
            Columns = columns.Names,
            Types = types,
            Skip = skip,
            GroupBy = groupBy,
            Times = times,
            Emits = emits,
            Aggregates = aggregates,
            CheckedColumns = [.. declared.Concat(used).Distinct().Where(column => types[column] is not (null or ColumnType.Text)).Order()],
        };
    }

    private EmitPlan BindEmit(MapEmit emit)
    {
        (ObjectTemplate Template, List<(string Name, ValueTemplate Value)> Members)? body = emit.Body is null ? null : BindMap(emit.Body, Context);
        var (keyColumn, key) = BindKey(emit.Key);
        return new EmitPlan(emit.Type, Encoding.UTF8.GetBytes(emit.Id))
        {
            Event = BindName(emit.Event),
            Name = BindName(emit.Name),
            Category = BindName(emit.Category),
            UserId = Column(emit.UserId),
            AnonymousId = Column(emit.AnonymousId),
            GroupId = Column(emit.GroupId),
            PreviousId = Column(emit.PreviousId),
            Email = Column(emit.Email),
            Time = BindTime(emit.Time),
            KeyColumn = keyColumn,
            Key = key,
            Body = body?.Template,
            EmailTrait = emit.Type == CallType.Identify ? body?.Members.FirstOrDefault(member => member.Name == "email").Value : null,
        };
    }

    private int Column(YamlScalar? name) => name is null ? -1 : columns.Find(name.Value, name.Place, diagnostics);

    private NamePlan? BindName(LiteralOrColumn? name)
    {
        if (name is null)
        {
            return null;
        }
        if (name.Literal is not { } literal)
        {
            return new NamePlan([], Column(name.Column));
        }
        if (columns.Has(literal.Value))
        {
            diagnostics.Add(new Diagnostic("literal_like_column", Severity.Warning, literal.Place.Line, literal.Place.Column,
                new Text($"the words {literal.Value}, which are also a column's name", $"las palabras {literal.Value}, que también son el nombre de una columna"), new Text("words that no column has for its name", "palabras que ninguna columna tenga por nombre"),
                new Text($"Each event will be called {literal.Value}. For the column's content write {{ column: {literal.Value} }}.", $"Cada evento se llamará {literal.Value}. Para el contenido de la columna escribe {{ column: {literal.Value} }}.")));
        }
        return new NamePlan(Encoding.UTF8.GetBytes(literal.Value.Normalize(NormalizationForm.FormC).Trim()), -1);
    }

    private int BindTime(MapTime? time)
    {
        if (time is null || Column(time.Column) is var column && column < 0)
        {
            return -1;
        }
        var index = times.FindIndex(known => known.Column == column && known.Time.Kind == time.Kind && known.Time.Zone.Id == time.Zone.Id && known.Time.Pattern?.Source == time.Pattern?.Source);
        if (index < 0)
        {
            index = times.Count;
            times.Add(new TimeReader(column, time));
        }
        return index;
    }

    private (int Column, Expression? Expression) BindKey(YamlScalar? key)
    {
        if (key is null)
        {
            return (-1, null);
        }
        return columns.Has(key.Value) ? (Column(key), null) : (-1, BindExpression(key, Context, isCondition: false));
    }

    private (ObjectTemplate Template, List<(string Name, ValueTemplate Value)> Members) BindMap(YamlMap node, RuleContext context)
    {
        var members = new List<(string Name, ValueTemplate Value)>();
        foreach (var (key, value) in node.Entries)
        {
            if (BindValue(value, context) is { } template)
            {
                members.Add((key.Value, template));
            }
        }
        return (new ObjectTemplate(members), members);
    }

    private ValueTemplate? BindValue(YamlNode node, RuleContext context)
    {
        switch (node)
        {
            case YamlMap { Entries: [{ Key.Value: "each" } each] }:
                return BindEach(each, context);
            case YamlMap map:
                return BindMap(map, context).Template;
            case YamlList list:
                return new ListTemplate([.. list.Items.Select(item => BindValue(item, context)).OfType<ValueTemplate>()]);
            case YamlScalar scalar when columns.Has(scalar.Value):
                var column = Column(scalar);
                used.Add(column);
                return column < 0 ? null : new ColumnTemplate(column);
            case YamlScalar { Value: not ("" or "~") } scalar:
                var expression = BindExpression(scalar, context, isCondition: false);
                return expression switch
                {
                    null => null,
                    // A lone name, in backticks perhaps, is its column too: its cell is passed on as it stands.
                    PathExpression { Binding: >= 0 } path => new ColumnTemplate(path.Binding),
                    _ => new ExpressionTemplate(expression),
                };
            default:
                diagnostics.Add(YamlFields.Wrong(node, new Text("a column or an expression", "una columna o una expresión"),
                    new Text("Write null for null, and '\"\"' for an empty text.", "Escribe null para null, y '\"\"' para un texto vacío.")));
                return null;
        }
    }

    private EachTemplate? BindEach(YamlEntry each, RuleContext context)
    {
        if (context != RuleContext.RowGroup)
        {
            diagnostics.Add(new Diagnostic("each_without_group", Severity.Error, each.Key.Place.Line, each.Key.Place.Column,
                Text.Same("each"), new Text("it only under group_by, and not inside another each", "que solo esté bajo group_by, y no dentro de otro each"),
                new Text("`each` makes a list of a group's rows.", "`each` hace una lista de las filas de un grupo.")));
            return null;
        }
        return BindValue(each.Value, RuleContext.Row) is { } item ? new EachTemplate(item) : null;
    }

    private Expression? BindExpression(YamlScalar scalar, RuleContext context, bool isCondition)
    {
        var found = new List<Diagnostic>();
        var expression = YamlExpressions.Read(scalar, context, Zone.Utc, isCondition, found);
        foreach (var diagnostic in found)
        {
            diagnostics.Add(diagnostic.Hint is null && LooksLikeWords(scalar.Value) ? diagnostic with { Hint = LiteralHint(scalar.Value) } : diagnostic);
        }
        if (expression is null)
        {
            return null;
        }
        foreach (var part in References.Walk(expression))
        {
            switch (part)
            {
                case PathExpression path when path.Path.Length > 0:
                    var (line, column) = scalar.PlaceOf(path.Extent.Start);
                    var isAlone = ReferenceEquals(part, expression);
                    path.Binding = columns.Find(path.Path, new YamlPlace(line, column), diagnostics, isAlone ? LiteralHint(scalar.Value) : null);
                    used.Add(path.Binding);
                    break;
                case RowAggregateExpression aggregate:
                    aggregate.Result.Binding = Bindings.OfAggregate(aggregates.Count);
                    aggregates.Add(aggregate);
                    break;
            }
        }
        return expression;
    }

    private static bool LooksLikeWords(string text) => text.All(c => Lexer.IsNamePart(c) || c is ' ' or '-') && text.Length < 100;

    private static Text LiteralHint(string text) => new(
        $"A value is a column or an expression. For the text itself write '\"{text}\"'.",
        $"Un valor es una columna o una expresión. Para el texto mismo escribe '\"{text}\"'.");
}
