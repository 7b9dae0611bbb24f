using Ciclo.Core.Time;

namespace Ciclo.Modules.Demo;

/// <summary>One customer brought another: both numbers, when the invitation went out, when its reward was earned.</summary>
internal readonly record struct Referral(int Referrer, int Referred, long InvitedAt, long RewardedAt, bool ByGuest);

/// <summary>
/// Customers know each other in groups of <see cref="Size"/> neighbours, so that a referral needs no look at the rest of the world:
/// the shop streams, and a customer is the same however many others there are. The last group is always drawn whole.
/// </summary>
internal sealed class Neighbourhood(ulong seed, TruthSource source)
{
    public const int Size = 256;

    private readonly Truth[] people = new Truth[Size];
    private readonly List<Referral> referrals = [];
    private readonly Chance chance = new();
    private int current = -1;

    /// <summary>The truth of a customer; asking for the next group forgets this one.</summary>
    public ref readonly Truth this[int number]
    {
        get
        {
            if (number / Size != current)
            {
                Draw(number / Size);
            }
            return ref people[number % Size];
        }
    }

    /// <summary>Referrals of this group, those of its invited customers who never came to buy included (rewarded: never).</summary>
    public List<Referral> Referrals => referrals;

    private void Draw(int group)
    {
        current = group;
        for (var i = 0; i < Size; i++)
        {
            people[i] = source.Draw(group * Size + i);
        }
        referrals.Clear();
        for (var i = 0; i < Size; i++)
        {
            if (people[i].Channel == Channels.Referral)
            {
                Introduce(ref people[i]);
            }
        }
    }

    private void Introduce(ref Truth newcomer)
    {
        chance.Begin(seed, ChanceDomain.Referral, (ulong)newcomer.Number);
        var best = -1;
        // Of forty neighbours met by chance, the most content one who has been a customer for a week.
        for (var draw = 0; draw < 40; draw++)
        {
            var i = chance.Below(Size);
            if (CanInvite(people[i], newcomer) && (best < 0 || people[i].Contentment > people[best].Contentment))
            {
                best = i;
            }
        }
        if (best < 0)
        {
            // Nobody could have invited them: they came by themselves, with the rate of those who do.
            newcomer.Channel = Channels.Direct;
            return;
        }
        var invitedAt = newcomer.ArrivedAt - chance.Between(Durations.Hour, 4 * Durations.Day);
        referrals.Add(new Referral(people[best].Number, newcomer.Number, invitedAt, newcomer.FirstOrderAt, newcomer.Guest));
    }

    private static bool CanInvite(in Truth neighbour, in Truth newcomer) =>
        neighbour.Buys && !neighbour.Guest && !neighbour.Company && neighbour.FirstOrderAt + 7 * Durations.Day < newcomer.ArrivedAt;

}
