using Ciclo.Core;
using Ciclo.Modules.Access.Contracts;

namespace Ciclo.Modules.Templates.Contracts;

/// <summary>The designs that come with the program, for whoever offers a journey that needs one.</summary>
public interface ITemplateLibrary
{
    /// <summary>`welcome`, `abandoned-cart` and so on, with their names.</summary>
    IReadOnlyList<(string Id, Text Name)> Designs { get; }

    /// <summary>The workspace's template of a design, made where there is none of its id yet; null for an unknown design.</summary>
    Task<string?> TakeAsync(string workspaceId, string design, Actor by, CancellationToken cancellation);
}

/// <summary>Sends one rendered template to the person who is editing it. Registered by whoever sends; without it the page says that nothing sends yet.</summary>
public interface ITestSend
{
    /// <summary>Sends; null, or why not and what to do.</summary>
    /// <param name="workspaceId">Whose.</param>
    /// <param name="address">The e-mail address of the visitor.</param>
    /// <param name="message">What was rendered of the draft.</param>
    /// <param name="cancellation">Ends waiting.</param>
    Task<Text?> SendAsync(string workspaceId, string address, RenderedMessage message, CancellationToken cancellation);
}
