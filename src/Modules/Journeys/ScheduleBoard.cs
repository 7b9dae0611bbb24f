using System.Globalization;
using Ciclo.Core.Journeys;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Journeys;

/// <summary>Sends the members of segments into the journeys that begin by a schedule.</summary>
internal sealed class ScheduleBoard(DataHost host, JourneyShelf shelf)
{
    /// <summary>Asks for everybody to be sent in whose schedule is due, and notes when it is next. What was due longer ago than a day is passed over.</summary>
    public async Task AskAsync(WorkspaceEngine engine, long now, CancellationToken cancellation)
    {
        var (settings, inForce) = host.Database.Read(connection => (RecordStore.Settings(connection, engine.Id), shelf.InForce(connection, engine.Id)));
        foreach (var version in inForce)
        {
            var (isPaused, next) = settings.GetValueOrDefault(version.Journey.Id);
            if (version.Journey.Trigger is not ScheduleTrigger schedule || isPaused || next > now)
            {
                continue;
            }
            var isDue = next is { } due && now - due <= JourneyLimits.ActWithinMs;
            var people = !isDue ? [] : engine.Read(state =>
            {
                var index = state.Placement.Plan.SegmentIndex(schedule.Segment);
                return index < 0 ? [] : MembersOf(state, state.Placement.SegmentNames[index]);
            });
            var round = next?.ToString(CultureInfo.InvariantCulture);
            await host.Database.WriteAsync((connection, transaction) =>
            {
                foreach (var person in people)
                {
                    RecordStore.AddRequest(connection, transaction, engine.Id, version.Journey.Id, person, "{}", $"schedule/{round}/{person}", next!.Value);
                }
                RecordStore.SetNextAt(connection, transaction, engine.Id, version.Journey.Id, NextAt(schedule, version.Journey.Zone, now));
                return 0;
            }, cancellation);
        }
    }

    /// <summary>The first instant after <paramref name="now"/> at which a schedule is due.</summary>
    public static long NextAt(ScheduleTrigger schedule, Zone zone, long now)
    {
        for (var day = zone.DayOf(now); ; day++)
        {
            var date = DateOnly.FromDayNumber(day + DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber);
            var isDay = schedule.Every switch
            {
                Rhythm.Day => true,
                Rhythm.Week => (((int)date.DayOfWeek + 6) % 7) + 1 == schedule.On,
                _ => date.Day == Math.Min(schedule.On, DateTime.DaysInMonth(date.Year, date.Month)),
            };
            if (isDay && zone.FromLocal((day * Durations.Day) + (schedule.Minute * Durations.Minute)) is var at && at > now)
            {
                return at;
            }
        }
    }

    private static List<string> MembersOf(EngineState state, int segment)
    {
        var people = new List<string>();
        foreach (var profile in state.Placement.Places.Profiles())
        {
            foreach (var held in state.Placement.Places.View(profile).Memberships)
            {
                if (held.Segment == segment)
                {
                    people.Add(PersonFacts.IdentifiersOf(state, profile)[0]);
                }
            }
        }
        return people;
    }
}
