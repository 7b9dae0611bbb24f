using System.Globalization;
using Ciclo.Modules.Lifecycles.Contracts;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Lifecycles;

/// <summary>
/// The form of a segment as a browser sends it: `join`, and for condition j of group i the fields `i.j.kind`, `i.j.name` and so on; the button
/// pressed as `do`: `add` (a group), `add:i` (a condition to a group) or `drop:i:j`.
/// </summary>
internal static class FormFields
{
    /// <summary>A list of values is longer than any one value.</summary>
    public const int MostText = 1_000;

    public static SegmentForm Read(IFormCollection form)
    {
        var groups = new List<IReadOnlyList<FormCondition>>();
        var action = form["do"].ToString().Split(':');
        for (var i = 0; i < SegmentForm.MostGroups; i++)
        {
            var group = Enumerable.Range(0, SegmentForm.MostConditions).Where(j => form.ContainsKey($"{i}.{j}.kind") && !Drops(action, i, j)).Select(j => Condition(form, $"{i}.{j}.")).ToList();
            if (action is ["add", var at] && at == i.ToString(CultureInfo.InvariantCulture) && group.Count is > 0 and < SegmentForm.MostConditions)
            {
                group.Add(FormCondition.New);
            }
            if (group.Count > 0)
            {
                groups.Add(group);
            }
        }
        if (groups.Count == 0 || (action is ["add"] && groups.Count < SegmentForm.MostGroups))
        {
            groups.Add([FormCondition.New]);
        }
        return new SegmentForm(form["join"] != "any", groups);
    }

    /// <summary>A stage or segment that was not chosen yet is the first there is.</summary>
    public static SegmentForm Filled(SegmentForm form, SegmentNames names, string own) => form with
    {
        Groups = [.. form.Groups.Select(group => (IReadOnlyList<FormCondition>)[.. group.Select(one => one switch
        {
            { Kind: "stage", Name: "" } when names.Lifecycles.Count > 0 && names.Lifecycles[LifecycleInfo.DefaultOf(names.Lifecycles)] is var usual => one with { Name = usual.Id, Value = usual.Stages[^1].Id },
            { Kind: "segment", Name: "" } when names.Segments.FirstOrDefault(segment => segment.Id != own) is { } other => one with { Name = other.Id },
            _ => one,
        })])],
    };

    private static bool Drops(string[] action, int group, int condition) =>
        action is ["drop", var i, var j] && i == group.ToString(CultureInfo.InvariantCulture) && j == condition.ToString(CultureInfo.InvariantCulture);

    /// <summary>Several stages, each as `LIFECYCLE:STAGE`; a condition reads one lifecycle, that of the first.</summary>
    private static FormCondition Stages(IEnumerable<string?> chosen, string op)
    {
        var pairs = chosen.Select(one => (one ?? "").Split(':')).Where(parts => parts.Length == 2).ToList();
        return FormCondition.New with
        {
            Kind = "stage", Name = pairs.Count == 0 ? "" : pairs[0][0], Operator = op, Value = FormCondition.Joined(pairs.Where(pair => pair[0] == pairs[0][0]).Select(pair => pair[1])),
        };
    }

    private static FormCondition Condition(IFormCollection form, string prefix)
    {
        string Field(string name) => form[prefix + name].ToString().Trim() is var text && text.Length > MostText ? text[..MostText] : form[prefix + name].ToString().Trim();
        var kind = Field("kind");
        // A kind that was changed leaves what the other one had; a fresh one begins sensibly.
        return kind != Field("was")
            ? FormCondition.New with
            {
                Kind = FormCondition.Kinds.Contains(kind) ? kind : "ever",
                Name = kind is "trait" ? "email" : kind is "stage" or "segment" ? "" : "Order Completed",
                Property = kind == "sum" ? "revenue" : "",
                Operator = kind is "trait" ? "known" : kind is "stage" or "segment" or "ever" ? "==" : kind == "since" ? ">" : ">=",
                Value = kind == "since" ? "60" : "1",
            }
            : kind == "stage" && FormCondition.ListOperators.Contains(Field("op"))
            ? Stages(form[prefix + "name"], Field("op"))
            : kind == "stage" && Field("name").Split(':') is [var lifecycle, var stage]
            ? FormCondition.New with { Kind = kind, Name = lifecycle, Operator = Field("op"), Value = stage }
            : new FormCondition(FormCondition.Kinds.Contains(kind) ? kind : "ever", Field("name"), Field("property"), Field("op"), Field("value"), Field("days"), Field("where"), Field("where_op"), Field("where_value"));
    }
}
