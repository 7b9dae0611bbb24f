using Ciclo.Core;
using Ciclo.Core.Journeys;
using Ciclo.Engine.Yaml;

namespace Ciclo.Engine.Definitions;

/// <summary>Reads the steps of a journey file. A step is a map with one key that says what it does, and perhaps an `id`; without one it is numbered.</summary>
internal sealed class JourneyStepReading(JourneyRules rules)
{
    public const int MaxSteps = 200;
    public const int MaxDepth = 10;
    public const int MaxArms = 10;
    public const int MaxTemplateId = 64;

    private static readonly string[] Kinds =
        ["wait", "wait_for_hour", "wait_until", "if", "split", "send", "set", "tag", "untag", "webhook", "task", "offer", "stop"];

    private static readonly string[] Channels = ["email", "onsite", SendStep.Best];
    private static readonly string[] OtherChannels = ["onsite"];
    private readonly HashSet<string> ids = new(StringComparer.Ordinal);
    private int count;

    public List<JourneyStep> Read(YamlList? list) => Read(list, 0);

    private List<JourneyStep> Read(YamlList? list, int depth)
    {
        var steps = new List<JourneyStep>();
        if (list is null)
        {
            return steps;
        }
        if (depth > MaxDepth)
        {
            rules.Add(new Diagnostic("too_deep", Severity.Error, list.Place.Line, list.Place.Column,
                new Text("branches within branches", "ramas dentro de ramas"), new Text($"{MaxDepth} levels at most", $"{MaxDepth} niveles como máximo")));
            return steps;
        }
        foreach (var item in list.Items)
        {
            if (++count == MaxSteps + 1)
            {
                rules.Add(new Diagnostic("too_many", Severity.Error, item.Place.Line, item.Place.Column,
                    new Text("one step more", "un paso más"), new Text($"at most {MaxSteps} steps", $"{MaxSteps} pasos como máximo")));
            }
            if (count <= MaxSteps && YamlFields.Of(item, rules.Diagnostics) is { } fields)
            {
                if (Step(fields, depth) is { } step)
                {
                    steps.Add(step);
                }
                fields.RefuseOthers();
            }
        }
        return steps;
    }

    private JourneyStep? Step(YamlFields fields, int depth)
    {
        var number = count;
        var named = fields.Any("id") is null ? null : rules.Reading.Id(fields, "id");
        if (rules.OneKey(fields, Kinds) is not { } kind)
        {
            return null;
        }
        var id = named?.Value ?? $"{kind.Replace('_', '-')}-{number}";
        if (!ids.Add(id))
        {
            rules.Add(new Diagnostic("duplicate_id", Severity.Error, (named?.Place ?? fields.Place).Line, (named?.Place ?? fields.Place).Column,
                new Text($"the id {id} a second time", $"el id {id} por segunda vez"), new Text("each id once", "cada id una vez")));
        }
        return kind switch
        {
            "wait" => rules.Duration(fields, "wait") is { } ms ? new WaitStep(id, ms) : null,
            "wait_for_hour" => Hour(fields, id),
            "wait_until" => Until(fields, id, depth),
            "if" => If(fields, id, depth),
            "split" => Split(fields, id, depth),
            "send" => Send(fields, id),
            "set" => Trait(fields, id),
            "tag" or "untag" => rules.Words(fields, kind, 50, true) is { } tag ? new TagStep(id, tag, kind == "tag") : null,
            "webhook" => rules.Words(fields, "webhook", 100, true) is { } endpoint ? new WebhookStep(id, endpoint) : null,
            "task" => Task(fields, id),
            "offer" => Offer(fields, id),
            _ => fields.Boolean("stop") is null ? null : new StopStep(id),
        };
    }

    private HourStep? Hour(YamlFields fields, string id)
    {
        if (fields.Any("wait_for_hour") is YamlScalar { Value: "best" })
        {
            return new HourStep(id, HourStep.Best);
        }
        var minute = rules.Minute(fields, "wait_for_hour", true);
        var days = fields.List("days") is { } list ? JourneyFile.DaysOf(list, rules) : HourStep.EveryDay;
        return minute is { } at && days is > 0 and var on ? new HourStep(id, at, on) : null;
    }

    private UntilStep? Until(YamlFields fields, string id, int depth)
    {
        Happening? happening = null;
        if (fields.Map("wait_until") is { } map)
        {
            var until = new YamlFields(map, rules.Diagnostics);
            rules.OneKey(until, ["event", "when"]);
            happening = rules.Happening(until);
            until.RefuseOthers();
        }
        var limit = rules.Duration(fields, "for", true);
        var met = Read(fields.List("met"), depth + 1);
        var timedOut = Read(fields.List("timeout"), depth + 1);
        return happening is null || limit is not { } ms ? null : new UntilStep(id, happening, ms, met, timedOut);
    }

    private IfStep? If(YamlFields fields, string id, int depth)
    {
        var when = rules.Rule(fields, "if");
        var then = Read(fields.List("then"), depth + 1);
        var otherwise = Read(fields.List("else"), depth + 1);
        return when is null ? null : new IfStep(id, when, then, otherwise);
    }

    private SplitStep? Split(YamlFields fields, string id, int depth)
    {
        if (fields.List("split") is not { } list)
        {
            return null;
        }
        rules.RefuseMore(list, MaxArms);
        var arms = new List<SplitArm>();
        foreach (var item in list.Items.Take(MaxArms))
        {
            if (YamlFields.Of(item, rules.Diagnostics) is { } arm)
            {
                var name = rules.Words(arm, "name", 40, false) ?? ((char)('A' + arms.Count)).ToString();
                var share = rules.Whole(arm, "share", 1, 1_000, true) ?? 1;
                arms.Add(new SplitArm(name, share, Read(arm.List("steps"), depth + 1)));
                arm.RefuseOthers();
            }
        }
        if (arms.Count < 2)
        {
            rules.Add(YamlFields.Wrong(list, new Text("two arms or more", "dos ramas o más"), null, "too_few"));
            return null;
        }
        return new SplitStep(id, arms);
    }

    private SendStep? Send(YamlFields fields, string id)
    {
        var channel = fields.Word("send", Channels, true)?.Value;
        var template = rules.Words(fields, "template", MaxTemplateId, true);
        var purpose = rules.Words(fields, "purpose", 64, false) ?? "marketing";
        var holdBack = rules.Rule(fields, "hold_back");
        var others = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var other in channel == SendStep.Best ? OtherChannels : [])
        {
            // Among one channel there is nothing to choose.
            if (rules.Words(fields, other, MaxTemplateId, true) is { } named)
            {
                others.Add(other, named);
            }
        }
        return channel is null || template is null ? null : new SendStep(id, channel, template, purpose, holdBack) { Others = others };
    }

    private TraitStep? Trait(YamlFields fields, string id)
    {
        if (fields.Map("set") is not { } map)
        {
            return null;
        }
        var set = new YamlFields(map, rules.Diagnostics);
        var trait = rules.Words(set, "trait", 100, true);
        var value = set.Required("value");
        set.RefuseOthers();
        if (value is YamlScalar scalar && trait is not null)
        {
            return new TraitStep(id, trait, YamlJson.ToJson(scalar)?.ToJsonString() ?? "null");
        }
        if (value is not (null or YamlScalar))
        {
            rules.Add(YamlFields.Wrong(value, new Text("a text, a number, true, false or null", "un texto, un número, true, false o null")));
        }
        return null;
    }

    private TaskStep? Task(YamlFields fields, string id)
    {
        var title = rules.Words(fields, "task", 200, true);
        var days = rules.Whole(fields, "due_days", 0, 365) ?? 1;
        return title is null ? null : new TaskStep(id, title, days);
    }

    private OfferStep? Offer(YamlFields fields, string id)
    {
        if (fields.Map("offer") is not { } map)
        {
            return null;
        }
        var offer = new YamlFields(map, rules.Diagnostics);
        var name = rules.Words(offer, "name", 100, true);
        var prefix = rules.Words(offer, "code", 20, true);
        var days = rules.Whole(offer, "valid_days", 1, 365) ?? 14;
        offer.RefuseOthers();
        return name is null || prefix is null ? null : new OfferStep(id, name, prefix, days);
    }
}
