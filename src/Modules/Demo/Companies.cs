using Ciclo.Core.Time;

namespace Ciclo.Modules.Demo;

/// <summary>Cafés and offices that buy by the kilo: a company around the person, a quote, a contract, and an invoice for each order.</summary>
internal static class Companies
{
    public static void Live(Scene scene)
    {
        ref readonly var truth = ref scene.Truth;
        if (!truth.Company)
        {
            return;
        }
        var (agenda, chance) = (scene.Agenda, scene.Chance);
        agenda.Add(truth.SignedUpAt + 1_500, Step.GroupCompany);
        var amount = 9_000_00 + chance.Below(60) * 1_000_00;
        var quoted = truth.SignedUpAt + scene.Days(chance.Between(0.2, 1.5));
        if (!chance.Is(0.85) && !truth.Buys)
        {
            return;
        }
        agenda.Add(quoted, Step.QuoteSent, -1, amount);
        if (!truth.Buys)
        {
            return;
        }
        // Truth leaves six days before the first order: enough for a yes and a signature.
        agenda.Add(quoted + scene.Days(chance.Between(0.5, 2.5)), Step.QuoteAccepted, -1, amount);
        agenda.Add(quoted + scene.Days(chance.Between(2.6, 4)), Step.ContractSigned, -1, amount);
        var written = agenda.Count;
        for (var i = 0; i < written; i++)
        {
            var step = agenda.Steps[i];
            if (step.Step == Step.OrderCompleted)
            {
                agenda.Add(step.At + Durations.Hour, Step.InvoiceIssued, -1, step.A);
                agenda.Add(step.At + scene.Days(chance.Between(3.0, 45)), Step.InvoicePaid, -1, step.A);
            }
        }
    }
}
