using Ciclo.Core;

namespace Ciclo.Modules.Sources;

/// <summary>What the first run says, and the code that people copy from it.</summary>
internal static class StartWords
{
    public const string UsualZone = "America/Mexico_City";
    public const string UsualCurrency = "MXN";

    public static readonly Text Title = new("Get started", "Primeros pasos");
    public static readonly Text Lede = new("From nothing to the first customers in their stages, in about five minutes.", "De cero a tus primeros clientes en su etapa, en unos cinco minutos.");
    public static readonly Text KeyName = new("First steps", "Primeros pasos");
    public static readonly Text KeyTitle = new("Make a write key", "Crea una clave de escritura");
    public static readonly Text KeyWhy = new(
        "It says whose events these are. It may only send, so it can stand in a web page.", "Dice de quién son los eventos. Solo puede enviar, así que puede estar en una página web.");
    public static readonly Text MakeKey = new("Make the key", "Crear la clave");
    public static readonly Text MakeAnother = new("Make another key", "Crear otra clave");
    public static readonly Text Once = new("Copy it now: it is shown only this once. It is in the code below already.", "Cópiala ahora: solo se muestra esta vez. Ya está puesta en el código de abajo.");
    public static readonly Text YourKey = new("Your write key", "Tu clave de escritura");
    public static readonly Text SendTitle = new("Send an event", "Envía un evento");
    public static readonly Text SendWhy = new(
        "Paste one of these. Segment's own libraries work unchanged: only the address is different.", "Pega uno de estos. Las bibliotecas de Segment funcionan tal cual: solo cambia la dirección.");
    public static readonly Text PutKey = new("Put your key in place of WRITE_KEY.", "Pon tu clave en lugar de WRITE_KEY.");
    public static readonly Text Copy = new("Copy", "Copiar");
    public static readonly Text Copied = new("Copied", "Copiado");
    public static readonly Text Browser = new("Browser", "Navegador");
    public static readonly Text SeeTitle = new("See it arrive", "Míralo llegar");
    public static readonly Text Waiting = new("Waiting for your first event…", "Esperando tu primer evento…");
    public static readonly Text WaitingHow = new("This page shows it the moment it is here; you need not reload.", "Esta página lo muestra en cuanto llega; no hace falta recargarla.");
    public static readonly Text Refused = new("Something came, and was refused: ", "Llegó algo y se rechazó: ");
    public static readonly Text SeeRefused = new("See what was refused", "Ver lo rechazado");
    public static readonly Text ChooseTitle = new("Choose a framework", "Elige un marco");
    public static readonly Text ChooseWhy = new(
        "It puts each customer in one stage by rules that you can read, change and undo later. Marked are the events it reads that you send already.",
        "Pone a cada cliente en una etapa con reglas que puedes leer, cambiar y deshacer después. Están marcados los eventos que lee y que ya envías.");
    public static readonly Text InUse = new("In use", "En uso");
    public static readonly Text Seen = new("seen", "visto");
    public static readonly Text NotSeen = new("not yet", "aún no");
    public static readonly Text ZoneLabel = new("Time zone of your days", "Zona horaria de tus días");
    public static readonly Text CurrencyLabel = new("Currency", "Moneda");
    public static readonly Text Apply = new("Use this framework", "Usar este marco");
    public static readonly Text ApplyAgain = new("Apply it again", "Aplicarlo de nuevo");
    public static readonly Text FillTitle = new("See the stages fill", "Mira cómo se llenan las etapas");
    public static readonly Text FillWaits = new("They fill as soon as a framework is chosen and an event has come.", "Se llenan en cuanto eliges un marco y llega un evento.");
    public static readonly Text ToCycle = new("Open the cycle", "Abrir el ciclo");
    public static readonly Text OtherWays = new("Other ways in", "Otras formas de empezar");
    public static readonly Text ImportFile = new("Import a file of orders or customers", "Importar un archivo de pedidos o clientes");
    public static readonly Text ImportWhy = new("CSV or JSON lines; you point at what each column is, and can undo it.", "CSV o JSON lines; señalas qué es cada columna, y puedes deshacerlo.");
    public static readonly Text DemoTitle = new("Look at the demo shop", "Ver la tienda de demostración");
    public static readonly Text DemoWhy = new(
        "In an empty folder of the machine, with 20,000 invented customers:", "En una carpeta vacía de la máquina, con 20,000 clientes inventados:");
    public static readonly Text ChooseOne = new("Choose one of the frameworks.", "Elige uno de los marcos.");
    public static readonly Text Person = new("person", "persona");
    public static readonly Text People = new("people", "personas");

    public static Text BadCurrency(string found) => new(
        $"Currency: found “{found}”; expected three letters, such as MXN or EUR.", $"Moneda: hay «{found}»; se esperaban tres letras, como MXN o EUR.");

    public static Text BadZone(string found) => new(
        $"Time zone: found “{found}”; expected a place, such as America/Mexico_City or Europe/Madrid.", $"Zona horaria: hay «{found}»; se esperaba un lugar, como America/Mexico_City o Europe/Madrid.");

    /// <summary>Code by its tab: what each needs, and where its key and address go.</summary>
    public static IReadOnlyList<(string Id, Text Tab, string Code)> Snippets(string address, string key) =>
    [
        ("curl", Text.Same("curl"), $$$"""
            curl -u {{{key}}}: -H 'Content-Type: application/json' \
              -d '{"userId":"ana","event":"Signed Up","properties":{"plan":"free"}}' \
              {{{address}}}/v1/track
            """),
        ("node", Text.Same("Node"), $$$"""
            // npm install @segment/analytics-node
            import { Analytics } from '@segment/analytics-node'

            const analytics = new Analytics({ writeKey: '{{{key}}}', host: '{{{address}}}' })
            analytics.identify({ userId: 'ana', traits: { email: 'ana@example.com' } })
            analytics.track({ userId: 'ana', event: 'Order Completed',
              properties: { order_id: 'A-1', total: 420, currency: 'MXN' } })
            await analytics.closeAndFlush()
            """),
        ("browser", Browser, $$$"""
            // npm install @segment/analytics-next
            import { AnalyticsBrowser } from '@segment/analytics-next'

            const analytics = AnalyticsBrowser.load({ writeKey: '{{{key}}}', cdnURL: '{{{address}}}' })
            analytics.page()
            analytics.identify('ana', { email: 'ana@example.com' })
            analytics.track('Product Viewed', { name: 'Café Chiapas 500 g' })
            """),
    ];
}
