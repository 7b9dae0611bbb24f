using Ciclo.Core.Events;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Predict.Recommending;

/// <summary>How a person had to do with an item: the codes of the fold.</summary>
internal enum TouchKind
{
    Bought,
    Added,
    Viewed,
}

/// <summary>One time that a person had to do with an item, which is a place in the fold's items.</summary>
internal readonly record struct Touch(int Profile, int Item, TouchKind Kind, long At);

/// <summary>
/// An item as the newest events tell it (Segment's e-commerce names); what they do not say is empty, the price null.
/// </summary>
/// <param name="Id">`product_id`, else `sku`, else the name.</param>
/// <param name="Price">In <paramref name="Currency"/>.</param>
/// <param name="SaidAt">When it was told so.</param>
public sealed record ShopItem(string Id, string Name, string Category, Number? Price, string Currency, string ImageUrl, string Url, long SaidAt)
{
    internal void Write(BinaryWriter to)
    {
        foreach (var text in new[] { Id, Name, Category, Price?.ToString() ?? "", Currency, ImageUrl, Url })
        {
            to.Write(text);
        }
        to.Write(SaidAt);
    }

    internal static ShopItem Read(BinaryReader from) => new(
        from.ReadString(), from.ReadString(), from.ReadString(), from.ReadString() is { Length: > 0 } price ? Number.Parse(price) : null, from.ReadString(), from.ReadString(), from.ReadString(), from.ReadInt64());
}

/// <summary>Reads what people bought, put into their carts and looked at. One thread's share.</summary>
/// <param name="one">Of so many profiles one is read.</param>
internal sealed class TouchFold(int one) : IHistoryFold
{
    /// <summary>Of one person, only so many of the newest events are read.</summary>
    private const int MostEvents = 1_000;

    private const int LongestText = 500;
    private const int OfProduct = 7;
    private const int Currency = OfProduct * 2;

    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
    private readonly List<ShopItem> items = [];

    public IReadOnlyList<string> Paths { get; } =
    [
        "products.product_id", "products.sku", "products.name", "products.category", "products.price", "products.image_url", "products.url",
        "product_id", "sku", "name", "category", "price", "image_url", "url", "currency",
    ];

    public List<Touch> Touches { get; } = [];

    public IReadOnlyList<ShopItem> Items => items;

    /// <summary>What one person had to do with.</summary>
    public static TouchFold Of(EngineState state, int profile)
    {
        var (fold, names) = (new TouchFold(1), state.Staged.EventNames);
        using var scan = new HistoryScan(state.Staged.History, kind => fold.CodeOf(kind, kind.Type == CallType.Track && kind.Name >= 0 ? names[kind.Name] : ""));
        if (scan.Read(state.Staged.Identity.MembersOf(profile)) > 0)
        {
            fold.Take(new ProfileEvents(state, profile, scan, [.. fold.Paths.Select(path => scan.Path(state.Staged.Paths.Find(path)))]));
        }
        return fold;
    }

    public int CodeOf(EventKind kind, string name) => kind.Type != CallType.Track ? -1 : name switch
    {
        "Order Completed" => (int)TouchKind.Bought,
        "Product Added" => (int)TouchKind.Added,
        "Product Viewed" => (int)TouchKind.Viewed,
        _ => -1,
    };

    public void Take(in ProfileEvents profile)
    {
        if (profile.Profile % one != 0)
        {
            return;
        }
        var at = profile.Events.At;
        var codes = profile.Events.Codes;
        for (var e = Math.Max(0, at.Length - MostEvents); e < at.Length; e++)
        {
            Read(profile, e, (TouchKind)codes[e], at[e]);
        }
    }

    private void Read(in ProfileEvents profile, int e, TouchKind kind, long at)
    {
        var of = profile.Paths.AsSpan(kind == TouchKind.Bought ? 0 : OfProduct, OfProduct);
        var ids = ListOf(of[0], e);
        ids = ids.Length > 0 ? ids : ListOf(of[1], e);
        ids = ids.Length > 0 ? ids : ListOf(of[2], e);
        for (var i = 0; i < ids.Length; i++)
        {
            if (TextOf(ids[i]) is not { Length: > 0 } id)
            {
                continue;
            }
            var isNew = !places.TryGetValue(id, out var place);
            if (isNew)
            {
                places.Add(id, place = items.Count);
                items.Add(ItemOf(profile.Paths, of, e, i, ids.Length, id, at));
            }
            else if (at - items[place].SaidAt > Durations.Day)
            {
                items[place] = Newer(items[place], ItemOf(profile.Paths, of, e, i, ids.Length, id, at));
            }
            Touches.Add(new Touch(profile.Profile, place, kind, at));
        }
    }

    /// <summary>The newer of two tellings, with what only the older says.</summary>
    public static ShopItem Newer(ShopItem one, ShopItem other)
    {
        var (old, said) = one.SaidAt <= other.SaidAt ? (one, other) : (other, one);
        return said with
        {
            Name = said.Name.Length > 0 ? said.Name : old.Name, Category = said.Category.Length > 0 ? said.Category : old.Category,
            Price = said.Price ?? old.Price, Currency = said.Price is null ? old.Currency : said.Currency,
            ImageUrl = said.ImageUrl.Length > 0 ? said.ImageUrl : old.ImageUrl, Url = said.Url.Length > 0 ? said.Url : old.Url,
        };
    }

    private static ShopItem ItemOf(ScanPath[] paths, ReadOnlySpan<ScanPath> of, int e, int i, int count, string id, long at) => new(
        id, TextOf(At(of[2], e, i, count)), TextOf(At(of[3], e, i, count)), At(of[4], e, i, count) is { Kind: ValueKind.Number } price ? price.AsNumber : null,
        TextOf(paths[Currency].Get(e)), TextOf(At(of[5], e, i, count)), TextOf(At(of[6], e, i, count)), at);

    /// <summary>The value of a line; null where lines leave some out, so that they cannot be told apart.</summary>
    private static Value At(ScanPath path, int e, int i, int count) => ListOf(path, e) is { } list && list.Length == count ? list[i] : Value.Null;

    private static Value[] ListOf(ScanPath path, int e) => path.Get(e) switch
    {
        { Kind: ValueKind.List } list => list.AsList,
        { Kind: ValueKind.Null } => [],
        var single => [single],
    };

    private static string TextOf(Value value)
    {
        var text = value.Kind switch { ValueKind.Text => value.AsText.Trim(), ValueKind.Number => value.ToString(), _ => "" };
        return text.Length <= LongestText ? text : "";
    }
}
