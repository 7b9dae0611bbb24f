using Ciclo.Core;
using Ciclo.Modules.Messages.Email;
using Ciclo.Modules.Messages.Tracking;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Messages;

/// <summary>A message in the list. <paramref name="Name"/> is what the person is called now.</summary>
public sealed record MessageRow(Message Message, string Name, Text Why);

/// <summary>What the list of messages shows.</summary>
public sealed record MessagesModel(
    MessagesAsked Asked, IReadOnlyList<MessageRow> Rows, IReadOnlyDictionary<MessageState, long> States, bool IsLive, bool MayExport, bool MaySet, bool HasMore, long Count)
{
    public const int PageSize = 50;

    public static string PathOf(MessagesAsked asked, string page = "/messages") => page + QueryString.Create(
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["state"] = asked.State, ["reason"] = asked.Reason, ["channel"] = asked.Channel, ["template"] = asked.Template, ["source"] = asked.Source, ["person"] = asked.Person,
            ["search"] = asked.Search, ["sign"] = asked.Sign, ["before"] = asked.Before,
        }.Where(one => !string.IsNullOrEmpty(one.Value)));

    public static MessagesAsked Read(IQueryCollection query)
    {
        string One(string name) => query[name].ToString() is { Length: <= 300 } text ? text.Trim() : "";
        return new MessagesAsked(One("state"), One("reason"), One("channel"), One("template"), One("source"), One("person"), One("search"), One("before"), MessagesAsked.Signs.Contains(One("sign")) ? One("sign") : "");
    }
}

/// <summary>What the page of one message shows.</summary>
public sealed record MessageModel(Message Message, string Name, string Template, Text Why, bool HasBody, string Text, IReadOnlyList<MessageSign> Signs, bool MaySend, Text? Done);

/// <summary>What the page of e-mail settings shows; <paramref name="Tried"/> is what came of a test.</summary>
public sealed record EmailModel(EmailSettings Settings, string HookUrl, string Confirm, string BaseUrl, string OwnEmail, Text? Error, Text? Done, string Tried)
{
    /// <summary>The name under which the record of DNS goes, and its value; empty where there is no key.</summary>
    public (string Name, string Value) Record => Settings.DkimKey.Length == 0 ? ("", "") : ($"{Settings.DkimSelector}._domainkey.{Settings.Domain}", Core.Mail.DkimSigner.RecordOf(Settings.DkimKey));
}
