using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Time;

namespace Ciclo.Core.Journeys;

/// <summary>What a run asks about its person. Instants are Unix milliseconds.</summary>
public interface IJourneyFacts
{
    /// <summary>Whether a condition of the program holds at an instant.</summary>
    bool Holds(int condition, long at);

    /// <summary>Whether what a watch of the program watches holds at an instant.</summary>
    bool IsOn(int watch, long at);

    /// <summary>Where the person lives.</summary>
    Zone Zone { get; }

    /// <summary>The next instant from one on, within a day, that lies in the person's best hour; that instant itself where none is known.</summary>
    long BestTime(long at);
}

/// <summary>
/// Where a person stands in a journey. <paramref name="Node"/>: the one at which the run waits, <see cref="JourneyProgram.End"/> once it is over; <paramref name="Since"/>: when it came
/// there; <paramref name="Due"/>: when it goes on by itself. <paramref name="Seed"/> decides what is left to chance.
/// </summary>
public readonly record struct JourneyPosition(int Node, long Since, long Due, UInt128 Seed)
{
    public bool IsOver => Node == JourneyProgram.End;
}

/// <summary>
/// A node that a run came by at an instant; <paramref name="Way"/>: the branch that it took, -1 for none. A wait until something happens is come by twice: as it begins, without a way,
/// and as it ends.
/// </summary>
public readonly record struct JourneyVisit(int Node, long At, int Way);

/// <summary>
/// Runs people through a program. Pure: positions and visits follow from the program, what happened, and the facts; time is an argument, and a run that is looked at late goes on from the
/// instants at which it was due, not from when somebody looked.
/// </summary>
public static class JourneyMachine
{
    /// <summary>A run at its beginning. It comes by nodes until it waits or is over; each is added to <paramref name="visits"/>.</summary>
    public static JourneyPosition Enter(JourneyProgram program, UInt128 seed, long at, IJourneyFacts facts, List<JourneyVisit> visits) =>
        GoOn(program, program.First, seed, at, facts, visits);

    /// <summary>Lets a run go on whose <see cref="JourneyPosition.Due"/> has come.</summary>
    public static JourneyPosition Wake(JourneyProgram program, JourneyPosition position, IJourneyFacts facts, List<JourneyVisit> visits)
    {
        var node = program.Nodes[position.Node];
        var next = node.Next;
        if (node.Step is UntilStep)
        {
            next = node.Ways[1];
            visits.Add(new JourneyVisit(position.Node, position.Due, 1));
        }
        return GoOn(program, next, position.Seed, position.Due, facts, visits);
    }

    /// <summary>Lets a run go on that waits for a watch which began at an instant; the position itself where it does not wait for it.</summary>
    public static JourneyPosition Meet(JourneyProgram program, JourneyPosition position, int watch, long at, IJourneyFacts facts, List<JourneyVisit> visits)
    {
        if (position.IsOver || program.Nodes[position.Node] is not { Step: UntilStep } node || node.Ask != watch || at < position.Since || at > position.Due)
        {
            return position;
        }
        visits.Add(new JourneyVisit(position.Node, at, 0));
        return GoOn(program, node.Ways[0], position.Seed, at, facts, visits);
    }

    /// <summary>The arm of a split that chance gives: the same for the same seed and step, in proportion to the shares.</summary>
    public static int ArmOf(SplitStep split, UInt128 seed)
    {
        Span<byte> key = stackalloc byte[16 + Encoding.UTF8.GetMaxByteCount(split.Id.Length)];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128LittleEndian(key, seed);
        var length = 16 + Encoding.UTF8.GetBytes(split.Id, key[16..]);
        var drawn = (long)((ulong)Hash.Of(key[..length]) % (ulong)split.Arms.Sum(arm => arm.Share));
        for (var arm = 0; arm < split.Arms.Count; arm++)
        {
            drawn -= split.Arms[arm].Share;
            if (drawn < 0)
            {
                return arm;
            }
        }
        return split.Arms.Count - 1;
    }

    /// <summary>The first instant from <paramref name="at"/> on at which the clock of the zone shows that minute on one of the days; a time that the clock skips comes as late as it does.</summary>
    public static long NextAt(HourStep step, Zone zone, long at)
    {
        for (var day = zone.DayOf(at); ; day++)
        {
            // Day 0, 1970-01-01, was a Thursday.
            var weekday = (int)(((day + 3L) % 7 + 7) % 7);
            if ((step.Days >> weekday & 1) == 1 && zone.FromLocal(day * Durations.Day + step.Minute * Durations.Minute) is var instant && instant >= at)
            {
                return instant;
            }
        }
    }

    private static JourneyPosition GoOn(JourneyProgram program, int at, UInt128 seed, long now, IJourneyFacts facts, List<JourneyVisit> visits)
    {
        while (at != JourneyProgram.End)
        {
            var node = program.Nodes[at];
            switch (node.Step)
            {
                case WaitStep wait:
                    visits.Add(new JourneyVisit(at, now, -1));
                    return new JourneyPosition(at, now, now + wait.Ms, seed);
                case HourStep hour when (hour.Minute == HourStep.Best ? facts.BestTime(now) : NextAt(hour, facts.Zone, now)) is var due && due > now:
                    visits.Add(new JourneyVisit(at, now, -1));
                    return new JourneyPosition(at, now, due, seed);
                case UntilStep until when until.Happening.IsEvent || !facts.IsOn(node.Ask, now):
                    visits.Add(new JourneyVisit(at, now, -1));
                    return new JourneyPosition(at, now, now + until.LimitMs, seed);
                default:
                    var way = node.Step switch
                    {
                        UntilStep => 0,
                        IfStep => facts.Holds(node.Ask, now) ? 0 : 1,
                        SplitStep split => ArmOf(split, seed),
                        _ => -1,
                    };
                    if (node.Step is UntilStep)
                    {
                        // Whoever need not wait came by all the same.
                        visits.Add(new JourneyVisit(at, now, -1));
                    }
                    visits.Add(new JourneyVisit(at, now, way));
                    at = way < 0 ? node.Next : node.Ways[way];
                    break;
            }
        }
        return new JourneyPosition(JourneyProgram.End, now, Instants.Never, seed);
    }
}
