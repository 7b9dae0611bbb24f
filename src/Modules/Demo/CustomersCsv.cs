using System.Globalization;
using System.Text;
using Ciclo.Core.Time;

namespace Ciclo.Modules.Demo;

/// <summary>What each customer truly is: the answers against which a model can be checked. A row is written with its customer; none is kept.</summary>
internal sealed class CustomersCsv
{
    private readonly TextWriter csv;
    private readonly Channels channels;

    public CustomersCsv(TextWriter csv, Channels channels)
    {
        (this.csv, this.channels) = (csv, channels);
        csv.Write("number,user_id,email,channel,platform,guest,company,arrived_at,signed_up_at,first_order_at,rate_per_day,dropout,lost_at,spend,contentment,opens,cancels,referred_by,orders,subscriptions,liked_channel,liked_hour\n");
    }

    public void Write(in Truth truth, Person person, Scene scene)
    {
        var orders = 0;
        foreach (ref readonly var step in scene.Agenda.Steps)
        {
            orders += step.Step is Step.OrderCompleted or Step.RenewalOrderCompleted ? 1 : 0;
        }
        csv.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{truth.Number},{Encoding.ASCII.GetString(person.UserId.Span)},{Encoding.ASCII.GetString(person.Email.Span)},{channels.All[truth.Channel].Id},{truth.Platform},{truth.Guest},{truth.Company},"));
        csv.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{Instants.Format(truth.ArrivedAt)},{When(truth.SignedUpAt)},{When(truth.FirstOrderAt)},{truth.Rate:0.#######},{truth.Dropout:0.#####},{When(scene.LostAt)},"));
        csv.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{truth.Spend:0.####},{truth.Contentment:0.####},{truth.Opens:0.####},{truth.Cancels:0.####},{(scene.ReferredBy < 0 ? "" : scene.ReferredBy)},{orders},{scene.Subscriptions},{scene.Habit.Liked},{scene.Habit.Hour}\n"));
    }

    private static string When(long at) => at == Truth.Never ? "" : Instants.Format(at);
}
