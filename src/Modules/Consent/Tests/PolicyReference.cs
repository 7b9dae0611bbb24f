using Ciclo.Core.Time;

namespace Ciclo.Modules.Consent.Tests;

/// <summary>Something that happened to a person of the random world.</summary>
internal sealed record Happened(long At, string Kind, string Purpose = "", string Channel = "", bool IsYes = false, string Method = "", long Pause = 0, string Zone = "");

/// <summary>The policy once more, read off its description and not off its code: lists, loops, and a clock that is moved minute by minute.</summary>
internal static class PolicyReference
{
    public static (string Reason, long NotBefore) Decide(
        ConsentSettings settings, IReadOnlyList<Happened> history, string channel, string address, bool isSuppressed, string purpose, IReadOnlyList<long> sent, IReadOnlyList<long> onChannel, string workspaceZone, long now)
    {
        if (address.Length == 0)
        {
            return ("no_address", 0);
        }
        if (isSuppressed)
        {
            return ("suppressed", 0);
        }
        var past = history.Where(one => one.At <= now).OrderBy(one => one.At).ToList();
        var known = settings.Purposes.SingleOrDefault(one => one.Id == purpose);
        var isTransactional = purpose == "transactional" || known?.Default == ConsentDefault.Transactional;
        if (!isTransactional)
        {
            var words = past.Where(one => one.Kind == "consent" && one.Purpose == purpose && (one.Channel == channel || one.Channel.Length == 0)).ToList();
            if (words.Count == 0 && known?.Default != ConsentDefault.OptOut)
            {
                return ("no_consent", 0);
            }
            if (words.Count > 0 && !words[^1].IsYes)
            {
                return ("withdrawn", 0);
            }
            // A confirmation counts while no refusal came after it.
            var sinceNo = words.AsEnumerable().Reverse().TakeWhile(one => one.IsYes).ToList();
            if (words.Count > 0 && known is { NeedsConfirming: true } && !sinceNo.Any(one => one.Method is "double_opt_in" or "preference_page"))
            {
                return ("not_confirmed", 0);
            }
            if (past.LastOrDefault(one => one.Kind == "pause") is { } pause && pause.Pause > now)
            {
                return ("paused", 0);
            }
            if (settings.HoldBacks.Count > 0 && past.Count(one => one.Kind == "opened") > past.Count(one => one.Kind == "solved"))
            {
                return ("held_back", 0);
            }
            var free = settings.Caps.Max(cap => (long?)FreeAt(cap, cap.Channel.Length == 0 ? sent : cap.Channel == channel ? onChannel : [], now)) ?? 0;
            if (free > now)
            {
                return ("frequency_cap", free);
            }
            var device = past.LastOrDefault(one => one.Kind == "visit" && one.At >= now - (90 * Durations.Day))?.Zone ?? "";
            var name = past.LastOrDefault(one => one.Kind == "trait")?.Zone is { Length: > 0 } trait ? trait : device.Length > 0 ? device : workspaceZone;
            Assert.True(Zone.TryGet(name, out var zone));
            if (settings.Quiet is { } quiet && IsQuiet(quiet, zone!, now))
            {
                var at = (now / Durations.Minute * Durations.Minute) + Durations.Minute;
                while (IsQuiet(quiet, zone!, at))
                {
                    at += Durations.Minute;
                }
                return ("quiet_hours", at);
            }
        }
        return ("", 0);
    }

    public static bool IsQuiet(QuietHours quiet, Zone zone, long at)
    {
        var minute = (int)((zone.ToLocal(at) / Durations.Minute) % QuietHours.MinutesOfDay);
        for (var quietMinute = quiet.From; quietMinute != quiet.To; quietMinute = (quietMinute + 1) % QuietHours.MinutesOfDay)
        {
            if (quietMinute == minute)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The first instant, of those at which a message falls out of the window, from which on fewer than the most lie in it.</summary>
    public static long FreeAt(FrequencyCap cap, IReadOnlyList<long> sent, long now)
    {
        bool HasPlace(long at) => sent.Count(one => one <= now && one > at - (cap.Days * Durations.Day)) < cap.Most;
        return HasPlace(now) ? 0 : sent.Select(one => one + (cap.Days * Durations.Day)).Where(at => at > now && HasPlace(at)).Min();
    }
}
