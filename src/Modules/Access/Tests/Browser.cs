using System.Net;
using System.Text.RegularExpressions;

namespace Ciclo.Modules.Access.Tests;

/// <summary>An answer as a browser sees it.</summary>
public sealed record Seen(HttpStatusCode Status, string Html, string? Location, IReadOnlyDictionary<string, string> Headers)
{
    public int Code => (int)Status;

    /// <summary>The page's text as a reader sees it.</summary>
    public string Text => WebUtility.HtmlDecode(Html);
}

/// <summary>
/// A browser as far as sign-in needs one: it keeps cookies, follows no redirect by itself, and sends forms with the hidden field that the
/// page they are on has.
/// </summary>
public sealed class Browser(string url, (string Name, string Value)[] headers) : IDisposable
{
    private static readonly Regex Token = new("name=\"_form\" value=\"(?<token>[^\"]+)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(url) };

    public Dictionary<string, string> Cookies { get; } = new(StringComparer.Ordinal);

    /// <summary>The Set-Cookie lines of the last answer.</summary>
    public IReadOnlyList<string> SetCookies { get; private set; } = [];

    public bool IsHttps => headers.Contains(("X-Forwarded-Proto", "https"));

    public Task<Seen> GetAsync(string path, params (string Name, string Value)[] more) => SendAsync(HttpMethod.Get, path, null, more);

    /// <summary>Opens a page and sends a form of it.</summary>
    public async Task<Seen> SubmitAsync(string page, string action, params (string Name, string Value)[] fields)
    {
        var seen = await GetAsync(page);
        Assert.True(Token.Match(seen.Html) is { Success: true }, $"{page} has no form: {seen.Code} {seen.Location}\n{seen.Html}");
        return await PostAsync(action, [.. fields, ("_form", WebUtility.HtmlDecode(Token.Match(seen.Html).Groups["token"].Value))]);
    }

    /// <summary>Sends fields as they are; the token, if any, is the caller's.</summary>
    public Task<Seen> PostAsync(string action, params (string Name, string Value)[] fields) => PostAsync(action, fields, []);

    public Task<Seen> PostAsync(string action, (string Name, string Value)[] fields, (string Name, string Value)[] more) =>
        SendAsync(HttpMethod.Post, action, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))), more);

    public Task<Seen> SignInAsync(string email, string password, string page = "/signin") =>
        SubmitAsync(page, "/signin", ("email", email), ("password", password), ("next", "/account"));

    /// <summary>The hidden field's value on a page.</summary>
    public async Task<string> TokenAsync(string page) => WebUtility.HtmlDecode(Token.Match((await GetAsync(page)).Html).Groups["token"].Value);

    public void Dispose() => client.Dispose();

    public async Task<Seen> SendAsync(HttpMethod method, string path, HttpContent? body, params (string Name, string Value)[] more)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        request.Headers.TryAddWithoutValidation("Accept", "text/html,*/*");
        foreach (var (name, value) in headers.Concat(more))
        {
            if (name == "Host")
            {
                request.Headers.Host = value;
            }
            else
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }
        if (Cookies.Count > 0)
        {
            request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", Cookies.Select(pair => $"{pair.Key}={pair.Value}")));
        }
        using var response = await client.SendAsync(request);
        Keep(response);
        return new Seen(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.Location?.OriginalString,
            response.Headers.Concat(response.Content.Headers).ToDictionary(pair => pair.Key, pair => string.Join(", ", pair.Value), StringComparer.OrdinalIgnoreCase));
    }

    private void Keep(HttpResponseMessage response)
    {
        SetCookies = response.Headers.TryGetValues("Set-Cookie", out var lines) ? [.. lines] : [];
        foreach (var line in SetCookies)
        {
            var pair = line.Split(';')[0].Split('=', 2);
            if (pair[1].Length == 0)
            {
                Cookies.Remove(pair[0]);
            }
            else
            {
                Cookies[pair[0]] = pair[1];
            }
        }
    }
}
