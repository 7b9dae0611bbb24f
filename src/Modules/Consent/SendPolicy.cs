using System.Collections.Concurrent;
using Ciclo.Core;
using Ciclo.Core.Folds;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Runtime.Analysis;
using Ciclo.Modules.Consent.Contracts;
using Microsoft.Data.Sqlite;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Consent;

/// <summary>
/// The one place that decides whether a message may leave. In this order, and the first that stands in the way is the reason: erased, no address, suppressed, consent, a pause, a rule that
/// holds back, a cap, quiet hours. What is transactional passes consent, the pause, the workspace's rules, caps and quiet hours.
/// </summary>
internal sealed class SendPolicy(DataHost host) : ISendPolicy
{
    private static readonly SendVerdict Send = new(SendAnswer.Send);

    private readonly ConcurrentDictionary<string, Compiled> compiled = new(StringComparer.Ordinal);

    /// <summary>Settings with what was compiled of them. The rules of messages are compiled when first asked.</summary>
    private sealed record Compiled(long Version, ConsentSettings Settings, PersonRules Rules)
    {
        public ConcurrentDictionary<string, PersonRules> OfMessages { get; } = new(StringComparer.Ordinal);
    }

    public static SendPolicy Of(DataHost host) => host.Shared(host => new SendPolicy(host));

    public IReadOnlyDictionary<string, Text> Reasons => SendReasons.All;

    public IReadOnlyList<SendVerdict> Ask(EngineState state, string workspaceId, IReadOnlyList<SendQuestion> questions)
    {
        var (policy, suppressed) = host.Database.Read(connection => (CompiledOf(connection, state, workspaceId), SuppressedOf(connection, workspaceId, questions)));
        using var asking = new Asking(state, policy, host.FindWorkspace(workspaceId)?.Journal);
        var verdicts = new SendVerdict[questions.Count];
        for (var i = 0; i < verdicts.Length; i++)
        {
            verdicts[i] = asking.Of(questions[i], suppressed[i]);
        }
        return verdicts;
    }

    private Compiled CompiledOf(SqliteConnection connection, EngineState state, string workspaceId)
    {
        var version = ConsentStore.Version(connection, workspaceId);
        if (compiled.TryGetValue(workspaceId, out var known) && known.Version == version && known.Rules.IsFor(state))
        {
            return known;
        }
        var settings = ConsentStore.Read(connection, workspaceId).Settings;
        return compiled[workspaceId] = new Compiled(version, settings, new PersonRules(state, [.. settings.HoldBacks.Select(held => held.Rule)]));
    }

    /// <summary>The reason for which each address is on the list of suppressed ones; null where it is not.</summary>
    private string?[] SuppressedOf(SqliteConnection connection, string workspaceId, IReadOnlyList<SendQuestion> questions)
    {
        var key = ConsentKeys.Of(host).Key(workspaceId);
        var found = new string?[questions.Count];
        // One statement for each channel, and rows for those alone that stand on the list: mostly none.
        foreach (var channel in Enumerable.Range(0, found.Length).Where(i => !string.IsNullOrWhiteSpace(questions[i].Address)).GroupBy(i => questions[i].Channel, StringComparer.Ordinal))
        {
            var asked = channel.ToLookup(i => Suppressions.HashOf(key, channel.Key, Suppressions.Normal(questions[i].Address)), StringComparer.Ordinal);
            using var command = new SqliteCommand("""
                select hash, reason from json_each(@hashes) asked cross join suppressions on workspace_id = @workspace and channel = @channel and hash = asked.value
                """, connection);
            command.Parameters.AddWithValue("@hashes", "[" + string.Join(',', asked.Select(one => $"\"{one.Key}\"")) + "]");
            command.Parameters.AddWithValue("@workspace", workspaceId);
            command.Parameters.AddWithValue("@channel", channel.Key);
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                foreach (var i in asked[reader.GetString(0)])
                {
                    found[i] = reader.GetString(1);
                }
            }
        }
        return found;
    }

    /// <summary>The answers of one thread within one read.</summary>
    private sealed class Asking(EngineState state, Compiled policy, Data.Journal.Journal? journal) : IDisposable
    {
        private readonly ConsentReader reader = new(state);
        private readonly Dictionary<(string, string), ConsentPath> paths = [];
        private readonly Answer[] answers = new Answer[1];
        private readonly Dictionary<string, (PersonRules Rules, ProfileFold? Fold)> folds = new(StringComparer.Ordinal);
        private readonly ProfileFold? fold = policy.Rules.NewFold();

        public void Dispose() => reader.Dispose();

        public SendVerdict Of(SendQuestion question, string? suppressed)
        {
            if (question.Profile < 0 || !state.Staged.Identity.IsProfile(question.Profile) || suppressed == SuppressionReasons.Erased)
            {
                return SendReasons.Erased;
            }
            if (string.IsNullOrWhiteSpace(question.Address))
            {
                return SendReasons.NoAddress;
            }
            if (suppressed is not null)
            {
                return SendReasons.Suppressed;
            }
            var isTransactional = policy.Settings.IsTransactional(question.Purpose);
            if (!isTransactional && Refused(question) is { } refused)
            {
                return refused;
            }
            if ((question.HoldBack is { Length: > 0 } rule && IsHeldBy(rule, question)) || (!isTransactional && IsHeld(policy.Rules, policy.Settings.HoldBacks.Count, fold, question)))
            {
                return SendReasons.HeldBack;
            }
            return isTransactional ? Send : LaterFor(question) ?? Send;
        }

        private SendVerdict? Refused(SendQuestion question)
        {
            if (!paths.TryGetValue((question.Purpose, question.Channel), out var path))
            {
                paths[(question.Purpose, question.Channel)] = path = reader.PathOf(question.Purpose, question.Channel);
            }
            reader.Read(question.Profile, [path], answers, question.NowMs);
            var purpose = policy.Settings.Find(question.Purpose);
            // A purpose that nobody has set up is asked for like the strictest one.
            var refused = answers[0] switch
            {
                Answer.Refused => SendReasons.Withdrawn,
                Answer.None when purpose is not { Default: ConsentDefault.OptOut } => SendReasons.NoConsent,
                Answer.Unconfirmed when purpose is { NeedsConfirming: true } => SendReasons.NotConfirmed,
                _ => null,
            };
            return refused ?? (reader.PausedUntil > question.NowMs ? SendReasons.Paused : null);
        }

        private bool IsHeldBy(string rule, SendQuestion question)
        {
            if (!folds.TryGetValue(rule, out var held))
            {
                var rules = policy.OfMessages.GetOrAdd(rule, text => new PersonRules(state, [text]));
                folds[rule] = held = (rules, rules.NewFold());
            }
            return IsHeld(held.Rules, 1, held.Fold, question);
        }

        /// <summary>A rule that cannot be asked holds everybody back: nobody is written to by mistake.</summary>
        private bool IsHeld(PersonRules rules, int count, ProfileFold? with, SendQuestion question)
        {
            for (var i = 0; i < count; i++)
            {
                if (rules.IsBroken(i))
                {
                    return true;
                }
            }
            if (with is null)
            {
                return false;
            }
            PersonRules.Open(state, with, question.Profile, question.NowMs);
            for (var i = 0; i < count; i++)
            {
                if (rules.Holds(with, i))
                {
                    return true;
                }
            }
            return false;
        }

        private SendVerdict? LaterFor(SendQuestion question)
        {
            var free = 0L;
            foreach (var cap in policy.Settings.Caps)
            {
                if (cap.Channel.Length == 0 || cap.Channel == question.Channel)
                {
                    free = Math.Max(free, cap.FreeAt(cap.Channel.Length == 0 ? question.SentBefore : question.SentOnChannel ?? question.SentBefore, question.NowMs));
                }
            }
            if (free > question.NowMs)
            {
                return new SendVerdict(SendAnswer.Later, SendReasons.FrequencyCap, free);
            }
            if (policy.Settings.Quiet is not { } quiet)
            {
                return null;
            }
            var allowed = quiet.NextAllowed(PersonZone.Of(state, journal, question.Profile, reader.Timezone, question.NowMs), question.NowMs);
            return allowed > question.NowMs ? new SendVerdict(SendAnswer.Later, SendReasons.QuietHours, allowed) : null;
        }
    }
}

/// <summary>The closed list of what keeps a message from leaving. Persisted by name, so names only grow.</summary>
internal static class SendReasons
{
    public const string FrequencyCap = "frequency_cap";
    public const string QuietHours = "quiet_hours";

    public static readonly SendVerdict Erased = new(SendAnswer.Never, "erased");
    public static readonly SendVerdict NoAddress = new(SendAnswer.Never, "no_address");
    public static readonly SendVerdict Suppressed = new(SendAnswer.Never, "suppressed");
    public static readonly SendVerdict NoConsent = new(SendAnswer.Never, "no_consent");
    public static readonly SendVerdict NotConfirmed = new(SendAnswer.Never, "not_confirmed");
    public static readonly SendVerdict Withdrawn = new(SendAnswer.Never, "withdrawn");
    public static readonly SendVerdict Paused = new(SendAnswer.Never, "paused");
    public static readonly SendVerdict HeldBack = new(SendAnswer.Never, "held_back");

    public static IReadOnlyDictionary<string, Text> All { get; } = new Dictionary<string, Text>(StringComparer.Ordinal)
    {
        ["erased"] = new("The person is not known, or was erased", "La persona no se conoce o fue borrada"),
        ["no_address"] = new("No address on this channel", "Sin dirección en este canal"),
        ["suppressed"] = new("The address is on the list of suppressed ones", "La dirección está en la lista de bloqueadas"),
        ["no_consent"] = new("No consent was given", "No dio su consentimiento"),
        ["not_confirmed"] = new("The consent was not confirmed yet", "Aún no confirmó su consentimiento"),
        ["withdrawn"] = new("The consent was withdrawn", "Retiró su consentimiento"),
        ["paused"] = new("The person asked for a pause", "La persona pidió una pausa"),
        ["held_back"] = new("Held back by a rule", "Retenido por una regla"),
        [FrequencyCap] = new("Enough was sent lately", "Ya se le envió bastante"),
        [QuietHours] = new("Quiet hours where the person lives", "Horas de silencio donde vive la persona"),
    };
}
