using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Rules;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Lifecycles;

/// <summary>Reads what the pages of segments show for one visitor.</summary>
internal sealed class SegmentPages(DataHost host, Visitor visitor) : DefinitionPages(host, visitor, DefinitionKind.Segment)
{
    private const int SliceOfProfiles = 65_536;

    public SegmentsModel List(IReadOnlyList<string> chosen, Text? error = null, string askedId = "")
    {
        var (segments, people, lifecycles) = Engine.Read(state =>
        {
            var members = StageCounts.OfSegments(state);
            var used = UsedBy(state.Rules.Definitions);
            return (SegmentInfo.AllOf(state).Select((info, i) => new ListedSegment(info, state.Rules.Versions.GetValueOrDefault("segment:" + info.Id), members[i], [.. used[info.Id]])).ToList(),
                state.Placement.Places.Count, LifecycleInfo.AllOf(state));
        });
        return new SegmentsModel(segments, people, lifecycles, Drafts,
            [.. chosen.Where(id => segments.Exists(one => one.Info.Id == id)).Distinct(StringComparer.Ordinal).Take(SegmentQuestion.MostSegments)], Visitor.May(Permission.ChangeDefinitions), error, askedId);
    }

    public SegmentModel Define(DefinitionHead head, bool asText, Text? refusal = null)
    {
        var file = FileOf(head);
        var form = file.Segment is { } segment ? SegmentForm.Read(segment.When, segment.Zone) : null;
        return new SegmentModel(head, file, Check(head, file), form, asText || form is null, Names(), refusal);
    }

    public SegmentNames Names() => Engine.Read(state =>
    {
        var names = DefinitionNames.Of(state, Language.En);
        return new SegmentNames([.. names.Events.Select(one => one.Name).Take(500)], [.. names.Properties.Take(500)], [.. names.Traits.Take(500)], LifecycleInfo.AllOf(state), SegmentInfo.AllOf(state));
    });

    public async Task<PreviewModel> PreviewAsync(string id, DefinitionFile? draft, CancellationToken cancellation)
    {
        var definitions = draft is null ? Engine.Rules.Definitions : Service.SetWith([draft]);
        var replay = await SimulationDesk.Of(Host).ReplayAsync(Engine, new SegmentQuestion(definitions, [id], 1, $"preview {id} {draft?.Yaml}"), cancellation);
        var showsPeople = Visitor.May(Permission.ReadPeople);
        return Engine.Read(state => new PreviewModel(id, replay,
            draft is not null && state.Placement.Plan.SegmentIndex(id) is >= 0 and var index ? StageCounts.OfSegments(state)[index] : null,
            !showsPeople ? [] : [.. replay.Sample.Where(state.Staged.Identity.IsProfile).Select(profile => new SamplePerson(state.Staged.Identity.PublicId(profile), PersonName.Of(ProfileCard.Of(state, profile))))],
            showsPeople, draft is not null));
    }

    public Task<SegmentReplay> SizesAsync(IReadOnlyList<string> ids, CancellationToken cancellation) => SimulationDesk.Of(Host).ReplayAsync(Engine,
        new SegmentQuestion(Engine.Rules.Definitions, ids, 1, "sizes " + string.Join(' ', ids)) { Ends = SegmentQuestion.LastDays }, cancellation);

    public Task<SegmentReplay> OverlapAsync(IReadOnlyList<string> ids, CancellationToken cancellation) => SimulationDesk.Of(Host).ReplayAsync(Engine,
        new SegmentQuestion(Engine.Rules.Definitions, ids, 1, "overlap " + string.Join(' ', ids)), cancellation);

    public SubSegmentModel? SubSegment(string id) => Engine.Read(state =>
    {
        var index = state.Placement.Plan.SegmentIndex(id);
        if (index < 0 || state.Placement.Plan.Segments[index] is not { Lifecycle: >= 0 } segment)
        {
            return null;
        }
        var lifecycle = state.Placement.Plan.Lifecycles[segment.Lifecycle].Definition;
        return new SubSegmentModel(id, segment.Label, LifecycleInfo.Of(lifecycle), segment.Stage,
            lifecycle.Stages[segment.Stage].Segments.FirstOrDefault(one => id.EndsWith("/" + one.Id, StringComparison.Ordinal))?.When, StageCounts.OfSegments(state)[index], Visitor.May(Permission.EraseAndExport));
    });

    /// <summary>Who is in a segment now and since when, by user id; null if there is none. Read in slices.</summary>
    public List<MemberRow>? Members(string id)
    {
        var rows = new List<MemberRow>();
        for (int from = 0, count = 1; from < count; from += SliceOfProfiles)
        {
            var isThere = Engine.Read(state =>
            {
                count = state.Staged.Identity.NodeCount;
                var index = state.Placement.Plan.SegmentIndex(id);
                for (var profile = from; index >= 0 && profile < Math.Min(count, from + SliceOfProfiles); profile++)
                {
                    Add(state, profile, state.Placement.SegmentNames[index], rows);
                }
                return index >= 0;
            });
            if (!isThere)
            {
                return null;
            }
        }
        rows.Sort((a, b) => string.CompareOrdinal(a.UserId, b.UserId));
        return rows;
    }

    private static void Add(EngineState state, int profile, int name, List<MemberRow> rows)
    {
        if (!state.Placement.Places.Has(profile))
        {
            return;
        }
        foreach (var membership in state.Placement.Places.View(profile).Memberships)
        {
            if (membership.Segment == name)
            {
                rows.Add(new MemberRow(state.Staged.Identity.PrintedUserId(profile), membership.Since));
            }
        }
    }

    private static ILookup<string, string> UsedBy(DefinitionSet set)
    {
        static IEnumerable<string> Named(Rule? rule) => rule is null ? [] : References.Of(rule.Expression).Where(one => one.Node.StartsWith("segment:", StringComparison.Ordinal)).Select(one => one.Node["segment:".Length..]);
        static IEnumerable<Rule?> Rules(StageDefinition stage) => stage.Segments.Select(one => (Rule?)one.When).Append(stage.When);
        return set.Segments.SelectMany(segment => Named(segment.When).Select(used => (used, by: segment.Id)))
            .Concat(set.Lifecycles.SelectMany(lifecycle => lifecycle.Stages.SelectMany(Rules).Concat(lifecycle.Personas.SelectMany(persona => persona.Stages.SelectMany(Rules).Append(persona.When)))
                .SelectMany(Named).Select(used => (used, by: lifecycle.Id))))
            .Distinct().ToLookup(pair => pair.used, pair => pair.by, StringComparer.Ordinal);
    }
}
