using System.Net;
using System.Net.Sockets;
using Ciclo.Core.Access;
using Ciclo.Core.Mail;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Consent;
using Ciclo.Modules.Journeys;
using Ciclo.Modules.Keys;
using Ciclo.Modules.Messages.Email;
using Ciclo.Modules.Templates.Contracts;
using Ciclo.Tests.Collect;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Tests.Screens;

/// <summary>The whole way of an abandoned cart, with the programs of others at both ends.</summary>
public sealed class CartTests
{
    [ClientFact("cart.mjs", NeedsChromium = true)]
    public async Task Whoever_leaves_a_cart_is_written_to_once_and_what_came_of_it_is_counted()
    {
        await using var server = await AccessServer.StartAsync();
        Assert.Equal("abandoned-cart", await server.Services.GetRequiredService<ITemplateLibrary>().TakeAsync("default", "abandoned-cart", Actor.CommandLine, default));
        var (port, key) = (FreePort(), DkimSigner.NewKey());
        await server.Host.Database.WriteAsync((connection, transaction) =>
        {
            SettingsStore.Put(connection, transaction, "default", new EmailSettings
            {
                Host = "127.0.0.1", Port = port, Security = SmtpSecurity.Opportunistic, FromName = "Tienda Ñ", FromAddress = "shop@example.com", DkimSelector = "ciclo1", DkimKey = key,
            }, server.Host.NowMs);
            ConsentStore.Put(connection, transaction, "default", ConsentSettings.Initial with { Quiet = null, BaseUrl = server.Url }, server.Host.NowMs, "test");
            return 0;
        }, default);
        using var owner = await server.AsAsync(Role.Owner);
        var session = Assert.Single(owner.Cookies);

        await ClientRun.NodeAsync(
            "cart.mjs", server.Url, session.Key + "=" + session.Value, (await server.AddKeyAsync(KeyKind.Write)).Text, (await server.AddKeyAsync(KeyKind.Secret, [KeyScopes.Read])).Text, port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            "ciclo1._domainkey.example.com", DkimSigner.RecordOf(key));

        var figures = JourneyFigures.Of(server.Host, "default", "abandoned-cart");
        Assert.Equal(2, figures.Entered + figures.Control);
        Assert.Equal(figures.Steps["send"].Visits, figures.Steps["send"].Outcomes["given"]);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
