using Ciclo.Core;
using Ciclo.Core.Journeys;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Engine.Yaml;

namespace Ciclo.Engine.Definitions;

/// <summary>Reads a journey file: required `journey`, `trigger` and `steps`; `label` defaults to the id, `timezone` to UTC, `entry` to again.</summary>
public static class JourneyFile
{
    public const int MaxExits = 10;
    public const int MaxHoldout = 90;
    public const int MaxPriority = 100;
    public const int DefaultPriority = 50;

    /// <summary>The most days that a wait, a limit or a goal's window may have.</summary>
    public const int MaxDays = 400;

    private static readonly string[] Weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// <summary>Reads a file and finds everything wrong with it. References to other definitions are <see cref="Catalog"/>'s.</summary>
    public static DefinitionFile Read(string yaml, string name = "")
    {
        var reading = new DefinitionReading();
        var root = YamlReader.Read(yaml, reading.Diagnostics);
        if (YamlFields.Of(root, reading.Diagnostics) is not { } fields)
        {
            return new DefinitionFile(DefinitionKind.Journey, name, yaml, null, reading);
        }
        var id = reading.Id(fields, "journey");
        var label = reading.Label(fields);
        reading.ReadZone(fields);
        var rules = new JourneyRules(reading, "journey:" + id?.Value);
        var trigger = TriggerOf(fields, rules);
        var entry = EntryOf(fields, rules);
        var exits = ExitsOf(fields.List("exits"), rules);
        var goal = GoalOf(fields.Map("goal"), rules);
        var holdout = rules.Whole(fields, "holdout", 0, MaxHoldout) ?? 0;
        var priority = rules.Whole(fields, "priority", 0, MaxPriority) ?? DefaultPriority;
        var steps = new JourneyStepReading(rules).Read(fields.List("steps", true));
        fields.RefuseOthers();
        return new DefinitionFile(DefinitionKind.Journey, name, yaml, id, reading)
        {
            Journey = id is null || trigger is null || reading.HasErrors
                ? null
                : new Journey(id.Value, label ?? Text.Same(id.Value), reading.Zone, trigger, entry, exits, goal, holdout, priority, steps),
        };
    }

    /// <summary>Days of the week as a mask, from words such as `mon`; null, and a diagnostic, for others.</summary>
    internal static int? DaysOf(YamlList list, JourneyRules rules)
    {
        var days = 0;
        foreach (var item in list.Items)
        {
            if (item is not YamlScalar scalar || Array.IndexOf(Weekdays, scalar.Value) is not (>= 0 and var day))
            {
                rules.Add(YamlFields.Wrong(item, YamlFields.OneOf(Weekdays)));
                return null;
            }
            days |= 1 << day;
        }
        return days;
    }

    private static JourneyTrigger? TriggerOf(YamlFields fields, JourneyRules rules)
    {
        if (YamlFields.Of(fields.Required("trigger"), rules.Diagnostics) is not { } trigger)
        {
            return null;
        }
        JourneyTrigger? found = rules.OneKey(trigger, ["event", "when", "enters_segment", "leaves_segment", "enters_stage", "leaves_stage", "date", "schedule", "api"]) switch
        {
            "event" or "when" => rules.Happening(trigger) is { } happening ? new HappeningTrigger(happening) : null,
            "enters_segment" => SegmentOf(trigger, "enters_segment", false, rules),
            "leaves_segment" => SegmentOf(trigger, "leaves_segment", true, rules),
            "enters_stage" => StageOf(trigger, "enters_stage", false, rules),
            "leaves_stage" => StageOf(trigger, "leaves_stage", true, rules),
            "date" => DateOf(trigger, rules),
            "schedule" => ScheduleOf(trigger, rules),
            "api" => trigger.Boolean("api") is null ? null : new ApiTrigger(),
            _ => null,
        };
        trigger.RefuseOthers();
        return found;
    }

    private static SegmentTrigger? SegmentOf(YamlFields trigger, string key, bool atEnd, JourneyRules rules) =>
        trigger.Scalar(key) is { } segment && rules.Made($"in(\"{segment.Value}\")", segment) is { } rule ? new SegmentTrigger(segment.Value, atEnd, rule) : null;

    private static StageTrigger? StageOf(YamlFields trigger, string key, bool atEnd, JourneyRules rules)
    {
        if (trigger.Scalar(key) is not { } named)
        {
            return null;
        }
        var parts = named.Value.Split('/');
        if (parts.Length != 2)
        {
            rules.Add(YamlFields.Wrong(named, new Text("a lifecycle and one of its stages, such as customer/retention", "un ciclo de vida y una de sus etapas, como customer/retention")));
            return null;
        }
        return rules.Made($"stage(\"{parts[0]}\") == \"{parts[1]}\"", named) is { } rule ? new StageTrigger(parts[0], parts[1], atEnd, rule) : null;
    }

    private static DateTrigger? DateOf(YamlFields trigger, JourneyRules rules)
    {
        if (trigger.Map("date") is not { } map)
        {
            return null;
        }
        var date = new YamlFields(map, rules.Diagnostics);
        var trait = date.Scalar("trait", true);
        var yearly = date.Boolean("yearly") ?? true;
        var days = rules.Whole(date, "days", -365, 365) ?? 0;
        var minute = rules.Minute(date, "at", false) ?? 9 * 60;
        date.RefuseOthers();
        if (trait is null)
        {
            return null;
        }
        var moved = $"instant(traits.{trait.Value}){Signed(days)}";
        // The return of a moved date ends with its day, so the hour is added outside.
        var due = yearly ? $"anniversary({moved})" : moved;
        var text = yearly ? $"now >= {due} + {minute}m" : $"now >= {due} + {minute}m and now < {due} + {minute + (24 * 60)}m";
        return rules.Made(text, trait) is { } rule ? new DateTrigger(trait.Value, yearly, days, minute, rule) : null;
    }

    private static string Signed(int days) => days == 0 ? "" : days < 0 ? $" - {-days}d" : $" + {days}d";

    private static ScheduleTrigger? ScheduleOf(YamlFields trigger, JourneyRules rules)
    {
        if (trigger.Map("schedule") is not { } map)
        {
            return null;
        }
        var schedule = new YamlFields(map, rules.Diagnostics);
        var every = schedule.Word("every", ["day", "week", "month"], true)?.Value;
        var on = every switch
        {
            "week" => Array.IndexOf(Weekdays, schedule.Word("on", Weekdays, true)?.Value) + 1,
            "month" => rules.Whole(schedule, "on", 1, 31) ?? 1,
            _ => 0,
        };
        var minute = rules.Minute(schedule, "at", true);
        var segment = schedule.Scalar("segment", true);
        schedule.RefuseOthers();
        return every is null || minute is not { } at || segment is null || rules.Made($"in(\"{segment.Value}\")", segment) is not { } members
            ? null
            : new ScheduleTrigger(every == "day" ? Rhythm.Day : every == "week" ? Rhythm.Week : Rhythm.Month, on, at, segment.Value, members);
    }

    private static ReEntry EntryOf(YamlFields fields, JourneyRules rules)
    {
        switch (fields.Any("entry"))
        {
            case null:
                return new ReEntry(false);
            case YamlMap map:
                var entry = new YamlFields(map, rules.Diagnostics);
                var after = rules.Duration(entry, "again_after");
                entry.RefuseOthers();
                return new ReEntry(false, after ?? 0);
            case YamlScalar { Value: "once" }:
                return new ReEntry(true);
            case YamlScalar { Value: "again" }:
                return new ReEntry(false);
            case var node:
                rules.Add(YamlFields.Wrong(node, new Text("once, again, or again_after with a duration", "once, again o again_after con una duración")));
                return new ReEntry(false);
        }
    }

    private static List<Happening> ExitsOf(YamlList? list, JourneyRules rules)
    {
        var exits = new List<Happening>();
        foreach (var item in list?.Items ?? [])
        {
            if (YamlFields.Of(item, rules.Diagnostics) is { } exit)
            {
                rules.OneKey(exit, ["event", "when"]);
                if (rules.Happening(exit) is { } happening)
                {
                    exits.Add(happening);
                }
                exit.RefuseOthers();
            }
        }
        if (list is not null)
        {
            rules.RefuseMore(list, MaxExits);
        }
        return exits;
    }

    private static JourneyGoal? GoalOf(YamlMap? map, JourneyRules rules)
    {
        if (map is null)
        {
            return null;
        }
        var goal = new YamlFields(map, rules.Diagnostics);
        rules.OneKey(goal, ["event", "when"]);
        var happening = rules.Happening(goal);
        var within = rules.Duration(goal, "within") ?? 7 * Durations.Day;
        var value = goal.Scalar("value")?.Value;
        var leaves = goal.Boolean("leaves") ?? true;
        goal.RefuseOthers();
        return happening is null ? null : new JourneyGoal(happening, within, value, leaves);
    }
}
