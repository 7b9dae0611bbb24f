using System.Text.Encodings.Web;
using System.Text.Json;
using Ciclo.Core;
using Ciclo.Core.Identity;
using Ciclo.Data.Sql;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Ask.Views;

/// <summary>A column that stands in many views.</summary>
internal static class Common
{
    public static ViewColumn Profile { get; } = new("profile", ColumnKind.Text, new("Who: the id of the profile, prf_….", "Quién: el id del perfil, prf_…."));

    public static ViewColumn UserId { get; } = new("user_id", ColumnKind.Text, new("Who: the user id that pages show.", "Quién: el id de usuario que muestran las páginas."), IsPersonal: true);
}

internal sealed class ProfilesView : PeopleView
{
    public override string Name => "profiles";

    public override Text Says => new("People: one row each, merged as identities are today.", "Personas: una fila por cada una, unidas como están hoy las identidades.");

    public override IReadOnlyList<ViewColumn> Columns { get; } =
    [
        new("id", ColumnKind.Text, new("The id of the profile, prf_….", "El id del perfil, prf_….")),
        Common.UserId,
        new("name", ColumnKind.Text, new("The name that pages show.", "El nombre que muestran las páginas."), IsPersonal: true),
        new("email", ColumnKind.Text, new("The e-mail address seen first.", "La dirección de correo que se vio primero."), IsPersonal: true),
        new("first_seen", ColumnKind.Instant, new("The first event.", "El primer evento.")),
        new("last_seen", ColumnKind.Instant, new("The last event.", "El último evento.")),
        new("events", ColumnKind.Whole, new("How many events.", "Cuántos eventos.")),
        new("traits", ColumnKind.Text, new("What is known of the person, as JSON.", "Lo que se sabe de la persona, en JSON."), IsPersonal: true, IsJson: true),
    ];

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new(new("How many people came each month for the first time?", "¿Cuánta gente vino por primera vez cada mes?"), "SELECT date_trunc('month', first_seen)::DATE AS month, count(*) AS people\nFROM profiles\nGROUP BY month\nORDER BY month"),
        new(new("Which countries do people come from?", "¿De qué países es la gente?"), "SELECT traits->>'$.country' AS country, count(*) AS people\nFROM profiles\nGROUP BY country\nORDER BY people DESC\nLIMIT 20"),
    ];

    protected override Func<bool[], RowMaker> Prepare(Asker asker, TableArguments arguments) => wanted => new Maker(wanted);

    private sealed class Maker(bool[] wanted) : RowMaker
    {
        private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

        public override bool ReadsEvents => wanted[4] || wanted[5] || wanted[6];

        public override bool WantsPeopleWithoutEvents => true;

        public override int Begin(in ProfileEvents person) => 1;

        public override void Write(in ProfileEvents person, int row, RowBatch into)
        {
            var identity = person.State.Staged.Identity;
            into.Text(0, PublicId(person));
            into.Text(1, wanted[1] ? identity.PrintedUserId(person.Profile) : null);
            var card = wanted[2] || wanted[7] ? ProfileCard.Of(person.State, person.Profile) : null;
            into.Text(2, card is null ? null : PersonName.Of(card));
            into.Text(3, wanted[3] ? identity.IdentifiersOf(person.Profile).Select(one => one.Identifier).Where(one => one.Type == "email").Select(one => one.Value).FirstOrDefault() : null);
            if (ReadsEvents && person.Events.Count > 0)
            {
                into.Instant(4, person.Events.At[0]);
                into.Instant(5, person.Events.At[^1]);
            }
            else
            {
                into.Null(4);
                into.Null(5);
            }
            into.Whole(6, ReadsEvents ? person.Events.Count : 0);
            into.Text(7, card?.Traits.ToJsonString(Readable));
        }
    }
}

internal sealed class StagesView : PeopleView
{
    public override string Name => "stages";

    public override Text Says => new("Where each person stands now, in each lifecycle.", "En qué etapa está cada persona ahora, en cada ciclo de vida.");

    public override IReadOnlyList<ViewColumn> Columns { get; } =
    [
        Common.Profile,
        new("lifecycle", ColumnKind.Text, new("The lifecycle's id.", "El id del ciclo de vida.")),
        new("stage", ColumnKind.Text, new("The stage's id.", "El id de la etapa.")),
        new("since", ColumnKind.Instant, new("When the person entered it.", "Cuándo entró la persona.")),
    ];

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new(new("How many people stand in each stage?", "¿Cuánta gente hay en cada etapa?"), "SELECT lifecycle, stage, count(*) AS people\nFROM stages\nGROUP BY lifecycle, stage\nORDER BY lifecycle, people DESC"),
    ];

    protected override Func<bool[], RowMaker> Prepare(Asker asker, TableArguments arguments) => _ => new Maker();

    private sealed class Maker : RowMaker
    {
        private IReadOnlyList<CardStage> stages = [];

        public override bool ReadsEvents => false;

        public override int Begin(in ProfileEvents person)
        {
            stages = person.State.Placement.Of(person.Profile) is { } place ? ProfileCard.StagesOf(person.State, place) : [];
            return stages.Count;
        }

        public override void Write(in ProfileEvents person, int row, RowBatch into)
        {
            into.Text(0, PublicId(person));
            into.Text(1, stages[row].Lifecycle);
            into.Text(2, stages[row].Stage);
            into.Instant(3, stages[row].Since);
        }
    }
}

internal sealed class MovesView : PeopleView
{
    public override string Name => "moves";

    public override Text Says => new("Each move of a person from one stage to another, as the rules in force say it was.", "Cada paso de una persona de una etapa a otra, según las reglas vigentes.");

    public override bool HasRange => true;

    public override IReadOnlyList<ViewColumn> Columns { get; } =
    [
        new("time", ColumnKind.Instant, new("When.", "Cuándo.")),
        Common.Profile,
        new("lifecycle", ColumnKind.Text, new("The lifecycle's id.", "El id del ciclo de vida.")),
        new("from_stage", ColumnKind.Text, new("The stage that was left; null for the first one.", "La etapa que dejó; nula en la primera.")),
        new("to_stage", ColumnKind.Text, new("The stage that was entered.", "La etapa en la que entró.")),
        new("version", ColumnKind.Whole, new("The version of the lifecycle whose rule moved the person.", "La versión del ciclo de vida cuya regla movió a la persona.")),
    ];

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new(new("Which moves happen most?", "¿Qué pasos son los más frecuentes?"), "SELECT lifecycle, from_stage, to_stage, count(*) AS moves\nFROM moves\nWHERE from_stage IS NOT NULL\nGROUP BY ALL\nORDER BY moves DESC"),
        new(new("How long do people stay in each stage?", "¿Cuánto se queda la gente en cada etapa?"), "SELECT from_stage AS stage, round(median(days), 1) AS median_days, count(*) AS people\nFROM (\n  SELECT from_stage, date_diff('hour', lag(time) OVER person, time) / 24.0 AS days\n  FROM moves\n  WINDOW person AS (PARTITION BY profile, lifecycle ORDER BY time)\n)\nWHERE days IS NOT NULL\nGROUP BY stage\nORDER BY people DESC"),
    ];

    protected override Func<bool[], RowMaker> Prepare(Asker asker, TableArguments arguments) => _ => new Maker(arguments);

    private sealed class Maker(TableArguments arguments) : RowMaker
    {
        private readonly List<PlacedMove> moves = [];

        public override bool ReadsEvents => false;

        public override int Begin(in ProfileEvents person)
        {
            moves.Clear();
            var places = person.State.Placement.Places;
            if (places.Has(person.Profile))
            {
                foreach (var move in places.View(person.Profile).Moves)
                {
                    if (!(move.At < arguments.Since) && !(move.At >= arguments.Until) && person.State.Placement.LifecycleNames.AsSpan().Contains(move.Lifecycle))
                    {
                        moves.Add(move);
                    }
                }
            }
            return moves.Count;
        }

        public override void Write(in ProfileEvents person, int row, RowBatch into)
        {
            var (move, names) = (moves[row], person.State.PlaceNames);
            into.Instant(0, move.At);
            into.Text(1, PublicId(person));
            into.Text(2, names[move.Lifecycle]);
            into.Text(3, move.From < 0 ? null : names[move.From]);
            into.Text(4, names[move.To]);
            into.Whole(5, person.State.Rules.VersionOf(names[move.Lifecycle]));
        }
    }
}

internal sealed class SegmentsView : PeopleView
{
    public override string Name => "segments";

    public override Text Says => new("Who is in which segment now.", "Quién está ahora en qué segmento.");

    public override IReadOnlyList<ViewColumn> Columns { get; } =
    [
        Common.Profile,
        new("segment", ColumnKind.Text, new("The segment's id.", "El id del segmento.")),
        new("since", ColumnKind.Instant, new("Since when.", "Desde cuándo.")),
    ];

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new(new("How many people does each segment hold?", "¿Cuánta gente tiene cada segmento?"), "SELECT segment, count(*) AS people\nFROM segments\nGROUP BY segment\nORDER BY people DESC"),
    ];

    protected override Func<bool[], RowMaker> Prepare(Asker asker, TableArguments arguments) => _ => new Maker();

    private sealed class Maker : RowMaker
    {
        private Membership[] held = [];

        public override bool ReadsEvents => false;

        public override int Begin(in ProfileEvents person) => (held = person.State.Placement.Of(person.Profile)?.Memberships ?? []).Length;

        public override void Write(in ProfileEvents person, int row, RowBatch into)
        {
            into.Text(0, PublicId(person));
            into.Text(1, person.State.PlaceNames[held[row].Segment]);
            into.Instant(2, held[row].Since);
        }
    }
}

internal sealed class IdentifiersView : PeopleView
{
    public override string Name => "identifiers";

    public override Text Says => new("By what each person is known: user ids, anonymous ids, addresses.", "Por qué se conoce a cada persona: ids de usuario, ids anónimos, direcciones.");

    public override IReadOnlyList<ViewColumn> Columns { get; } =
    [
        Common.Profile,
        new("type", ColumnKind.Text, new("user_id, anonymous_id, email or another.", "user_id, anonymous_id, email u otro.")),
        new("value", ColumnKind.Text, new("The identifier.", "El identificador."), IsPersonal: true),
        new("first_seen", ColumnKind.Instant, new("When it was first seen.", "Cuándo se vio por primera vez.")),
    ];

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new(new("How many identifiers does a person have?", "¿Cuántos identificadores tiene una persona?"), "SELECT identifiers, count(*) AS people\nFROM (SELECT profile, count(*) AS identifiers FROM identifiers GROUP BY profile)\nGROUP BY identifiers\nORDER BY identifiers"),
    ];

    protected override Func<bool[], RowMaker> Prepare(Asker asker, TableArguments arguments) => _ => new Maker();

    private sealed class Maker : RowMaker
    {
        private IReadOnlyList<ProfileIdentifier> known = [];

        public override bool ReadsEvents => false;

        public override int Begin(in ProfileEvents person) => (known = person.State.Staged.Identity.IdentifiersOf(person.Profile)).Count;

        public override void Write(in ProfileEvents person, int row, RowBatch into)
        {
            into.Text(0, PublicId(person));
            into.Text(1, known[row].Identifier.Type);
            into.Text(2, known[row].Identifier.Value);
            into.Instant(3, known[row].FirstSeen);
        }
    }
}
