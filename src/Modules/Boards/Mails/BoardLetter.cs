using System.Net;
using System.Text;
using Ciclo.Core;
using Ciclo.Kit;
using Ciclo.Modules.Boards.Reading;

namespace Ciclo.Modules.Boards.Mails;

/// <summary>A dashboard as a mail: its numbers with their change, as HTML that mail programs know and as text, with a link to the dashboard itself. Pure.</summary>
internal sealed class BoardLetter
{
    /// <summary>Of a card with many rows the first; the dashboard has the others.</summary>
    private const int MostRows = 6;

    private const string Font = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

    private readonly Locale l;
    private readonly StringBuilder html = new();
    private readonly StringBuilder text = new();

    private BoardLetter(Locale l) => this.l = l;

    /// <param name="l">The reader's.</param>
    /// <param name="board">Whose cards.</param>
    /// <param name="told">The period by its name.</param>
    /// <param name="readings">The cards in their order.</param>
    /// <param name="address">Of the dashboard.</param>
    public static (string Subject, string Html, string Text) Of(Locale l, Board board, string told, IReadOnlyList<CardReading> readings, string address)
    {
        var letter = new BoardLetter(l);
        letter.Write(board, told, readings, address);
        return ($"{board.Name}: {told}", letter.html.ToString(), letter.text.ToString());
    }

    private void Write(Board board, string told, IReadOnlyList<CardReading> readings, string address)
    {
        html.Append($$"""
            <!DOCTYPE html>
            <html lang="{{l.Tag}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><title>{{Safe(board.Name)}}</title>
            <style>@media (prefers-color-scheme: dark) { .bg { background: #0f1418 !important } .card { background: #1a2127 !important; border-color: #2b353d !important } .ink, .ink td, .ink th { color: #e9eef2 !important } .soft, .soft a { color: #a7b3bd !important } .good { color: #6dcf98 !important } .bad { color: #ff9a92 !important } .rule { border-color: #2b353d !important } }</style></head>
            <body class="bg" style="margin:0;padding:0;background:#f3f4f6">
            <table role="presentation" class="bg" width="100%" cellpadding="0" cellspacing="0" style="background:#f3f4f6"><tr><td align="center" style="padding:24px 12px">
            <table role="presentation" width="600" cellpadding="0" cellspacing="0" style="width:600px;max-width:100%;font-family:{{Font}}">
            <tr><td class="ink" style="padding:0 4px 16px;color:#1c2733"><h1 style="margin:0;font-size:22px;line-height:28px">{{Safe(board.Name)}}</h1><p class="soft" style="margin:4px 0 0;font-size:15px;line-height:22px;color:#5b6570">{{Safe(told)}}</p></td></tr>

            """);
        text.Append(board.Name).Append('\n').Append(told).Append("\n\n");
        foreach (var reading in readings)
        {
            Card(reading);
        }
        html.Append($"""
            <tr><td style="padding:8px 4px 24px"><a href="{Safe(address)}" style="display:inline-block;padding:12px 22px;border-radius:8px;background:#0a5a74;color:#ffffff;font-size:15px;font-weight:600;text-decoration:none">{Safe(l.Say("Open the dashboard", "Abrir el tablero"))}</a></td></tr>
            <tr><td class="soft" style="padding:0 4px;font-size:13px;line-height:20px;color:#5b6570">{Safe(Why)} <a href="{BoardMail.LeaveMark}" style="color:#5b6570">{Safe(Leave)}</a></td></tr>
            </table></td></tr></table></body></html>

            """);
        text.Append(l.Say("Open the dashboard", "Abrir el tablero")).Append(":\n").Append(address).Append("\n\n-- \n").Append(Why).Append('\n').Append(Leave).Append(": ").Append(BoardMail.LeaveMark).Append('\n');
    }

    private string Why => l.Say("Somebody of your workspace put you on the list of this report.", "Alguien de tu espacio de trabajo te puso en la lista de este informe.");

    private string Leave => l.Say("Do not send it to me any more", "Ya no me lo envíes");

    private void Card(CardReading reading)
    {
        html.Append($"""
            <tr><td style="padding:0 0 12px"><table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" style="background:#ffffff;border:1px solid #dfe3e8;border-radius:10px"><tr><td class="ink" style="padding:16px 20px;color:#1c2733">

            """);
        if (reading.Title.Length > 0)
        {
            html.Append($"<h2 style=\"margin:0;font-size:15px;line-height:20px\">{Safe(reading.Title)}</h2>\n");
            text.Append(reading.Title).Append('\n');
        }
        Face(reading.Face);
        html.Append("</td></tr></table></td></tr>\n");
        text.Append('\n');
    }

    private void Face(CardFace face)
    {
        switch (face)
        {
            case NumberFace number:
                html.Append($"<p style=\"margin:6px 0 0;font-size:26px;line-height:32px;font-weight:700\">{Safe(number.Number.Says)}</p>");
                html.Append($"<p class=\"soft\" style=\"margin:2px 0 0;font-size:14px;line-height:20px;color:#5b6570\">{Changed(number.Change)}{Safe(Before(number))}</p>\n");
                text.Append(number.Number.Says).Append(number.Change is { } change ? $" ({change.Says})" : "").Append(Before(number) is { Length: > 0 } before ? $", {before}" : "").Append('\n');
                break;
            case BarsFace bars:
                Rows([.. bars.Lines.Select(line => (line.Name, line.Number.Says, line.Change))], bars.Left);
                break;
            case CourseFace course:
                Rows([.. course.Lines.Select(line => (line.Name.Length > 0 ? line.Name : course.Periods[^1], line.Numbers[^1].Says, (ShownChange?)null))], course.Left);
                break;
            case MatrixFace matrix:
                Rows([.. matrix.Lines.TakeLast(MostRows).Select(line => (line.Name, line.Size.Says, (ShownChange?)null))], 0);
                break;
            case TextFace words:
                html.Append($"<div style=\"font-size:15px;line-height:23px\">{words.Html}</div>\n");
                text.Append(words.Markdown).Append('\n');
                break;
            case RefusalFace refusal:
                html.Append($"<p class=\"soft\" style=\"margin:6px 0 0;font-size:14px;line-height:20px;color:#5b6570\">{Safe(l.Say(refusal.Says))}</p>\n");
                text.Append(l.Say(refusal.Says)).Append('\n');
                break;
        }
    }

    private void Rows(IReadOnlyList<(string Name, string Says, ShownChange? Change)> rows, int left)
    {
        html.Append("<table class=\"ink\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" style=\"margin:8px 0 0;font-size:14px;line-height:20px;color:#1c2733\">\n");
        foreach (var (name, says, change) in rows.Take(MostRows))
        {
            html.Append($"<tr><th scope=\"row\" align=\"left\" class=\"rule\" style=\"padding:6px 8px 6px 0;border-top:1px solid #e8ebee;font-weight:400\">{Safe(name)}</th><td align=\"right\" class=\"rule\" style=\"padding:6px 0;border-top:1px solid #e8ebee;font-weight:600;white-space:nowrap\">{Safe(says)} {Changed(change)}</td></tr>\n");
            text.Append("- ").Append(name).Append(": ").Append(says).Append(change is null ? "" : $" ({change.Says})").Append('\n');
        }
        html.Append("</table>\n");
        if (Math.Max(0, rows.Count - MostRows) + left is > 0 and var more)
        {
            var says = l.Say($"and {more} more on the dashboard", $"y {more} más en el tablero");
            html.Append($"<p class=\"soft\" style=\"margin:6px 0 0;font-size:13px;line-height:18px;color:#5b6570\">{Safe(says)}</p>\n");
            text.Append(says).Append('\n');
        }
    }

    private string Before(NumberFace number) => number.BeforeName.Length == 0 ? "" : l.Say($"{number.Before.Says} in {number.BeforeName}", $"{number.Before.Says} en {number.BeforeName}");

    // The sign says it too: colour alone tells nothing to some.
    private static string Changed(ShownChange? change) => change is null ? ""
        : change.Verdict switch { Verdict.Good => $"<span class=\"good\" style=\"color:#17693d;font-weight:600\">{Safe(change.Says)}</span> ", Verdict.Bad => $"<span class=\"bad\" style=\"color:#ad221b;font-weight:600\">{Safe(change.Says)}</span> ", _ => $"<span>{Safe(change.Says)}</span> " };

    private static string Safe(string said) => WebUtility.HtmlEncode(said);
}
