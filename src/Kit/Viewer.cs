using Ciclo.Core.Access;

namespace Ciclo.Kit;

/// <summary>
/// Who reads the page that is being rendered, for the frame around it and for forms: one for each request, filled by the route's guard
/// before the page is. Hiding what a reader may not do is a courtesy; the route's own rule is what refuses.
/// </summary>
public sealed class Viewer
{
    /// <summary>The hidden field that every form carries.</summary>
    public const string FormField = "_form";

    /// <summary>The header that stands for the field where a script posts.</summary>
    public const string FormHeader = "X-Ciclo-Form";

    private Func<string> token = () => "";
    private Func<FrameFigures?> figures = () => null;
    private Role? role;

    public string Name { get; private set; } = "";

    public bool IsSignedIn => role is not null;

    /// <summary>Whether nobody signed in because this is the demo on its own machine.</summary>
    public bool IsDemo { get; private set; }

    public Role? Role => role;

    /// <summary>Proves that a form came from a page of ours. Asking for it sets a cookie, so only pages with a form ask.</summary>
    public string FormToken => token();

    public bool May(Permission permission) => role is { } held && held.May(permission);

    /// <summary>Says who reads; null: nobody is signed in.</summary>
    public void Present(string name, Role? held, bool isDemo)
    {
        Name = name;
        role = held;
        IsDemo = isDemo;
    }

    public void GiveFormTokens(Func<string> make) => token = make;

    /// <summary>Numbers in the frame around every page; null where no workspace is open.</summary>
    public FrameFigures? Figures => figures();

    public void GiveFigures(Func<FrameFigures?> count) => figures = count;
}

/// <summary>People of the workspace, and events that came in during the last minute.</summary>
public sealed record FrameFigures(long People, long EventsPerMinute);
