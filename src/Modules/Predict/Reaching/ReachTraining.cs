using Ciclo.Core;
using Ciclo.Core.Metrics;
using Ciclo.Core.Predict;
using Ciclo.Core.Predict.Reach;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Predict.Kept;
using Ciclo.Modules.Predict.Models;
using MetricChannel = Ciclo.Core.Metrics.Channel;

namespace Ciclo.Modules.Predict.Reaching;

/// <summary>What was trained: answers for one person at a time, for many threads. It tells of no person.</summary>
internal sealed record ReachShelf(ReachModel Model, ReachWorth Worth, ReachCard Card) : IKept<ReachShelf, ReachCard>
{
    public ReachAnswer For(ReachPerson? person, long now, IReadOnlyCollection<int>? among = null, Func<int, bool>? mayBe = null) =>
        Model.For(ReachTraining.AsOf(person, now, Card.ByClicks), Worth, among, mayBe);

    /// <summary>The channels that any message went out on.</summary>
    public IReadOnlyList<int> Known => [.. Card.Channels.Select(line => ReachChannels.PlaceOf(line.Channel))];

    public void Write(BinaryWriter to)
    {
        to.Put(ReachChannels.Ids, to.Write);
        Model.Write(to);
        to.Put([.. Worth.Costs]);
    }

    /// <summary>Null where channels have other places by now.</summary>
    public static ReachShelf? Read(BinaryReader from, ReachCard card, long trainedAt) =>
        from.List(from.ReadString).SequenceEqual(ReachChannels.Ids) ? new ReachShelf(ReachModel.Read(from), new ReachWorth(card.Worth, from.Doubles()), card) : null;
}

/// <summary>
/// Learns by what channel and at what hour people answer, and values that on messages whose channel was drawn by chance: learned before a cut, each later message judged by what was known
/// before it left.
/// </summary>
internal sealed class ReachTraining(WorkspaceEngine engine, TimeProvider clock, Action<Text> tell)
{
    /// <summary>People of more are read in parts: it is learned from the first, and all are scored.</summary>
    private const int MostIdentifiers = 500_000;
    private const int FewestMessages = 50;
    private const int FewestDrawn = 200;

    /// <summary>Of what was drawn, so much lies before the cut.</summary>
    private const double Before = 0.6;

    /// <summary>Whoever did not answer within this has not answered; what went out later says nothing yet.</summary>
    private const long Patience = 2 * Durations.Day;

    private int parts;

    /// <summary>In how many parts people are read.</summary>
    public int Parts => parts > 0 ? parts : parts = Math.Max(1, (engine.Read(state => state.Staged.Identity.NodeCount) + MostIdentifiers - 1) / MostIdentifiers);

    /// <summary>Learns. Answers what was learned and the people it was learned from, which are the first part.</summary>
    public (ReachShelf Shelf, IReadOnlyList<ReachPerson> People) Train(ReachSettings settings, MessageCosts costs, long now, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        tell(new Text("Reading messages and answers …", "Leyendo mensajes y respuestas …"));
        var people = Read(0, cancellation);
        var sent = people.Sum(person => person.Messages.Count);
        if (sent < FewestMessages)
        {
            throw new CannotTrainException(new(
                $"Too few messages to learn from: {sent} in the last year that were no answer to what somebody just did; at least {FewestMessages} are needed. Send messages, or send their events (`Email Sent`, `Email Opened` …).",
                $"Muy pocos mensajes para aprender: {sent} en el último año que no respondían a algo que alguien acababa de hacer; hacen falta al menos {FewestMessages}. Envía mensajes, o envía sus eventos (`Email Sent`, `Email Opened` …)."));
        }
        var known = Enumerable.Range(0, ReachChannels.Count).Where(channel => people.Any(person => person.Messages.Any(message => message.Channel == channel))).ToArray();
        // Where nobody says what an answer is worth, or no message costs anything, costs say nothing.
        var worth = new ReachWorth((double)(settings.Answer ?? 0), [.. ReachChannels.Ids.Select(id => (double)(costs.ByChannel.GetValueOrDefault(id)))]);
        tell(new Text("Learning …", "Aprendiendo …"));
        var model = Learn(people, now, settings.ByClicks);
        tell(new Text("Testing on messages drawn by chance …", "Probando con mensajes elegidos al azar …"));
        var drawn = people.Sum(person => person.Messages.Count(message => message.Propensity > 0));
        var replay = Replayed(people, worth, settings.ByClicks, now, cancellation);
        var best = people.AsParallel().Select(person => model.For(AsOf(person, now, settings.ByClicks), worth, known).Channels[0].Channel).ToArray();
        var card = new ReachCard(
            people.Count, sent, drawn,
            [.. known.Select(channel => LineOf(people, channel, now, settings.ByClicks, best.Count(one => one == channel)))],
            FirstsOf(people, model, known),
            model.For(AsOf(null, now, settings.ByClicks), worth, known).Best.Hour, model.Hours.OfSeen, replay, worth.Answer, settings.ByClicks, (long)clock.GetElapsedTime(began).TotalMilliseconds);
        return (new ReachShelf(model, worth, card), people);
    }

    /// <summary>What was known of a person at an instant.</summary>
    public static PersonReach AsOf(ReachPerson? person, long at, bool byClicks)
    {
        var (byChannel, messages, seen) = (new Answers[ReachChannels.Count], new List<SentMessage>(), new double[HourModel.Hours]);
        var (segment, first) = (0, -1);
        if (person is not null)
        {
            foreach (var message in person.Messages.Where(message => Tells(message, at, byClicks)))
            {
                var isAnswered = message.IsAnswered(at, byClicks);
                byChannel[message.Channel] += new Answers(1, isAnswered ? 1 : 0);
                messages.Add(new(message.Channel, message.Hour, isAnswered, message.Campaign));
            }
            // Local clocks are twelve hours behind at the most.
            var until = (at / Durations.Hour) - 12;
            foreach (var hour in person.Seen)
            {
                seen[hour % HourModel.Hours] += hour <= until ? 1 : 0;
            }
            segment = person.Orders.Count(order => order < at);
            first = segment > 0 ? person.First : -1;
        }
        return new PersonReach(new PersonAnswers(segment, first, byChannel), new PersonHours(messages, seen));
    }

    private static bool Tells(ToldMessage message, long at, bool byClicks) => message.At < at - Patience || (message.At < at && message.IsAnswered(at, byClicks));

    /// <summary>The people of a part.</summary>
    public List<ReachPerson> Read(int part, CancellationToken cancellation)
    {
        var folds = new SlicedScan(engine, clock).Run(() => new SentFold(Parts, part), cancellation)
            ?? throw new CannotTrainException(new("Everything is being counted anew. It is tried again tomorrow, or when you train it.", "Todo se está contando de nuevo. Se intenta otra vez mañana, o cuando lo entrenes."));
        return [.. folds.SelectMany(fold => fold.People).OrderBy(person => person.Profile)];
    }

    private static ReachModel Learn(IReadOnlyList<ReachPerson> people, long at, bool byClicks) => ReachModel.Train([.. people.Select(person => AsOf(person, at, byClicks))], ReachChannels.Count);

    private static ReachReplay? Replayed(List<ReachPerson> people, ReachWorth worth, bool byClicks, long now, CancellationToken cancellation)
    {
        var drawn = people.SelectMany(person => person.Messages.Where(message => message.Propensity > 0 && message.At < now - Patience).Select(message => (Person: person, Message: message)))
            .OrderBy(pair => pair.Message.At).ToList();
        if (drawn.Count < FewestDrawn)
        {
            return null;
        }
        var cut = drawn[(int)(drawn.Count * Before)].Message.At;
        // What was drawn among is what messages of the same name went out on.
        var among = drawn.GroupBy(pair => pair.Message.Campaign, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Select(pair => pair.Message.Channel).Distinct().Order().ToArray(), StringComparer.Ordinal);
        var model = Learn(people, cut, byClicks);
        var later = drawn.Where(pair => pair.Message.At >= cut && among[pair.Message.Campaign] is { Length: > 1 } channels && channels.Contains(ReachChannels.EmailPlace)).ToArray();
        if (later.Length < FewestDrawn / 2)
        {
            return null;
        }
        var (messages, chosen) = (new Drawn[later.Length], new int[later.Length]);
        Parallel.For(0, later.Length, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Math.Max(1, Environment.ProcessorCount / 2) }, i =>
        {
            var (person, message) = later[i];
            var answer = model.For(AsOf(person, message.At, byClicks), worth, among[message.Campaign]);
            var expected = new double[ReachChannels.Count];
            foreach (var chance in answer.Channels)
            {
                expected[chance.Channel] = chance.Value;
            }
            chosen[i] = answer.Channels[0].Channel;
            messages[i] = new Drawn(person.Profile, message.Channel, message.Propensity, worth.Of(message.Channel, message.IsAnswered(now, byClicks) ? 1 : 0), expected);
        });
        var always = later.SelectMany(pair => among[pair.Message.Campaign]).Distinct().Order()
            .Where(channel => later.All(pair => among[pair.Message.Campaign].Contains(channel)))
            .Select(channel => new AlwaysLine(ReachChannels.Ids[channel], Replay.Compare(messages, Of(channel), Of(channel)).Chosen)).ToList();
        return new ReachReplay(cut, Replay.Compare(messages, chosen, Of(ReachChannels.EmailPlace)), always);

        int[] Of(int channel) => [.. Enumerable.Repeat(channel, messages.Length)];
    }

    private static ChannelLine LineOf(IReadOnlyList<ReachPerson> people, int channel, long now, bool byClicks, int best)
    {
        var hours = new Answers[HourModel.Hours];
        foreach (var message in people.SelectMany(person => person.Messages).Where(message => message.Channel == channel && Tells(message, now, byClicks)))
        {
            hours[message.Hour] += new Answers(1, message.IsAnswered(now, byClicks) ? 1 : 0);
        }
        var sum = hours.Aggregate((a, b) => a + b);
        return new ChannelLine(ReachChannels.Ids[channel], sum.Sent, sum.Answered, hours, best);
    }

    private static List<FirstLine> FirstsOf(List<ReachPerson> people, ReachModel model, int[] known) =>
    [
        .. people.Where(person => person.First >= 0).GroupBy(person => person.First).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).Take(8).Select(group => new FirstLine(
            ChannelNames.Of((MetricChannel)group.Key).En, group.Count(),
            [.. known.Select(channel => group.Any(person => person.Messages.Any(message => message.Channel == channel)) ? model.Channels.Before(1, group.Key, channel).Mean : (double?)null)])),
    ];
}
