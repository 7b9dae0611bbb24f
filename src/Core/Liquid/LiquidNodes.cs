namespace Ciclo.Core.Liquid;

/// <summary>A part of a template that was read: it writes itself.</summary>
internal abstract class LiquidNode
{
    public abstract void Render(LiquidContext context, LiquidWriter writer);

    public static void RenderAll(LiquidNode[] nodes, LiquidContext context, LiquidWriter writer)
    {
        foreach (var node in nodes)
        {
            context.Spend(1, 0);
            node.Render(context, writer);
            if (context.Stops)
            {
                return;
            }
        }
    }

    protected static void Write(LiquidContext context, LiquidWriter writer, LiquidPipeline value)
    {
        var text = JsText.Output(context, value.ToWrite(context));
        if (context.Options.EscapesHtml && !value.IsRaw)
        {
            writer.WriteEscaped(text);
        }
        else
        {
            writer.Write(text);
        }
    }

    /// <summary>What a loop goes over: the items of an array, pairs of an object, a text as one item.</summary>
    public static IReadOnlyList<LiquidValue> ItemsOf(LiquidValue value)
    {
        value = value.Plain;
        return value.Kind switch
        {
            LiquidKind.Array => value.Items,
            LiquidKind.Text when value.Text.Length > 0 => [value],
            LiquidKind.Object => [.. value.Members.Names.Select(name => LiquidValue.Of([LiquidValue.Of(name), value.Members.TryGet(name, out var member) ? member : default]))],
            _ => [],
        };
    }

    /// <summary>`items.slice(from, to)`: what lies behind the end counts from there.</summary>
    public static IReadOnlyList<LiquidValue> Slice(IReadOnlyList<LiquidValue> items, double from, double to)
    {
        var (first, last) = (Clamp(from, items.Count), Clamp(to, items.Count));
        return first == 0 && last == items.Count ? items : first >= last ? [] : [.. items.Skip(first).Take(last - first)];
    }

    private static int Clamp(double at, int count)
    {
        at = double.IsNaN(at) ? 0 : Math.Truncate(at);
        return (int)(at < 0 ? Math.Max(0, count + at) : Math.Min(at, count));
    }
}

internal sealed class LiquidHtml(string text) : LiquidNode
{
    public string Text => text;

    public override void Render(LiquidContext context, LiquidWriter writer) => writer.Write(text);
}

internal sealed class LiquidOutput(LiquidPipeline value) : LiquidNode
{
    public override void Render(LiquidContext context, LiquidWriter writer) => Write(context, writer, value);
}

internal sealed class LiquidAssign(string name, LiquidPipeline value) : LiquidNode
{
    public override void Render(LiquidContext context, LiquidWriter writer) => context.Assign(name, value.Evaluate(context));
}

internal sealed class LiquidCapture(string name, LiquidNode[] body) : LiquidNode
{
    public override void Render(LiquidContext context, LiquidWriter writer)
    {
        var captured = new LiquidWriter(context.Options.Limits.MostLetters);
        RenderAll(body, context, captured);
        var text = captured.ToString();
        context.Spend(0, text.Length);
        context.Assign(name, LiquidValue.Of(text));
    }
}

internal sealed class LiquidCount(string name, int by) : LiquidNode
{
    public override void Render(LiquidContext context, LiquidWriter writer)
    {
        var before = context.Count(name, by);
        writer.Write(JsText.Of(by > 0 ? before : before + by));
    }
}

internal sealed class LiquidCycle(LiquidExpression? group, LiquidPipeline[] candidates) : LiquidNode
{
    private readonly string texts = string.Join(',', candidates.Select(candidate => candidate.Text));

    public override void Render(LiquidContext context, LiquidWriter writer)
    {
        var key = (group is null ? "undefined" : JsText.String(context, group.Evaluate(context))) + ":" + texts;
        Write(context, writer, candidates[context.Cycle(key, candidates.Length)]);
    }
}

/// <summary>`if` and `unless`: the first condition is turned round for the latter.</summary>
internal sealed class LiquidIf((LiquidPipeline Condition, bool Wanted, LiquidNode[] Body)[] branches, LiquidNode[] otherwise) : LiquidNode
{
    public override void Render(LiquidContext context, LiquidWriter writer)
    {
        foreach (var (condition, wanted, body) in branches)
        {
            if (condition.Evaluate(context).IsTruthy == wanted)
            {
                RenderAll(body, context, writer);
                return;
            }
        }
        RenderAll(otherwise, context, writer);
    }
}

internal sealed class LiquidCase(LiquidPipeline value, (LiquidExpression[] Values, LiquidNode[] Body)[] branches, LiquidNode[] otherwise) : LiquidNode
{
    public override void Render(LiquidContext context, LiquidWriter writer)
    {
        var asked = value.Evaluate(context).Plain;
        var isHit = false;
        // Each branch that fits is written, as others do it, and not the first alone.
        foreach (var (values, body) in branches)
        {
            if (values.Any(one => LiquidComparing.AreEqual(context, asked, one.Evaluate(context))))
            {
                isHit = true;
                RenderAll(body, context, writer);
            }
        }
        if (!isHit)
        {
            RenderAll(otherwise, context, writer);
        }
    }
}

internal sealed class LiquidBreak(bool ends) : LiquidNode
{
    public override void Render(LiquidContext context, LiquidWriter writer)
    {
        context.Breaks = ends;
        context.Continues = !ends;
    }
}

internal sealed class LiquidGroup(LiquidNode[] body) : LiquidNode
{
    public override void Render(LiquidContext context, LiquidWriter writer) => RenderAll(body, context, writer);
}

/// <summary>`for` over what <paramref name="over"/> is; `offset`, `limit` and `reversed` in this order, however they are written.</summary>
internal sealed class LiquidFor(string variable, LiquidExpression over, string overText, List<(string Name, LiquidExpression? Value)> hash, LiquidNode[] body, LiquidNode[] otherwise) : LiquidNode
{
    private readonly string key = variable + "-" + overText;

    public override void Render(LiquidContext context, LiquidWriter writer)
    {
        var items = ItemsOf(over.Evaluate(context));
        if (items.Count == 0)
        {
            RenderAll(otherwise, context, writer);
            return;
        }
        var (offset, limit) = (Given(context, "offset"), Given(context, "limit"));
        var from = offset.Kind == LiquidKind.Undefined ? 0 : JsText.ToNumber(context, offset);
        items = Slice(items, from, double.PositiveInfinity);
        items = limit.Kind == LiquidKind.Undefined ? items : Slice(items, 0, JsText.ToNumber(context, limit));
        items = Given(context, "reversed").Kind == LiquidKind.Undefined ? items : [.. items.Reverse()];
        context.EndLoop(key, (double.IsNaN(from) ? 0 : from) + items.Count);
        var loop = new LiquidLoop(items.Count, key);
        var scope = context.Push();
        scope.Set("forloop", LiquidValue.Of(loop));
        foreach (var item in items)
        {
            context.Spend(1, 0);
            scope.Set(variable, item);
            RenderAll(body, context, writer);
            var isOver = context.Breaks;
            context.Breaks = context.Continues = false;
            if (isOver)
            {
                break;
            }
            loop.At++;
        }
        context.Pop();
    }

    private LiquidValue Given(LiquidContext context, string name)
    {
        foreach (var (given, value) in hash)
        {
            if (given == name)
            {
                return value is null ? LiquidValue.True : value is LiquidPath { Text: "continue" } ? LiquidValue.Of(context.LoopEnd(key)) : value.Evaluate(context).Plain;
            }
        }
        return LiquidValue.Undefined;
    }
}

internal sealed class LiquidTableRow(string variable, LiquidExpression over, string overText, List<(string Name, LiquidExpression? Value)> hash, LiquidNode[] body) : LiquidNode
{
    public override void Render(LiquidContext context, LiquidWriter writer)
    {
        var items = ItemsOf(over.Evaluate(context));
        var (offset, limit, columns) = (Given(context, "offset"), Given(context, "limit"), Given(context, "cols"));
        var from = NumberOr(context, offset, 0);
        items = Slice(items, from, limit.Kind == LiquidKind.Undefined ? double.PositiveInfinity : from + JsText.ToNumber(context, limit));
        var wide = (int)Math.Clamp(NumberOr(context, columns, items.Count), 1, 1_000_000);
        var loop = new LiquidLoop(items.Count, variable + "-" + overText, wide);
        var scope = context.Push();
        scope.Set("tablerowloop", LiquidValue.Of(loop));
        for (; loop.At < items.Count; loop.At++)
        {
            context.Spend(1, 0);
            scope.Set(variable, items[loop.At]);
            if (loop.Column == 1)
            {
                writer.Write($"{(loop.Row == 1 ? "" : "</tr>")}<tr class=\"row{loop.Row}\">");
            }
            writer.Write($"<td class=\"col{loop.Column}\">");
            RenderAll(body, context, writer);
            writer.Write("</td>");
        }
        if (items.Count > 0)
        {
            writer.Write("</tr>");
        }
        context.Pop();
    }

    private LiquidValue Given(LiquidContext context, string name) =>
        hash.FirstOrDefault(pair => pair.Name == name) is (not null, { } value) ? value.Evaluate(context).Plain : LiquidValue.Undefined;

    private static double NumberOr(LiquidContext context, LiquidValue value, double otherwise) =>
        value.Kind == LiquidKind.Undefined || JsText.ToNumber(context, value) is 0 or double.NaN ? otherwise : JsText.ToNumber(context, value);
}

/// <summary>`render` (which sees nothing of what is around it) and `include` (which sees all).</summary>
internal sealed class LiquidSnippetCall(
    LiquidExpression name, LiquidNode[]? nameParts, bool isIsolated, LiquidBinding? with, LiquidBinding? each, List<(string Name, LiquidExpression? Value)> hash, LiquidSource source, int at) : LiquidNode
{
    public override void Render(LiquidContext context, LiquidWriter writer)
    {
        try
        {
            var called = NameOf(context);
            var snippet = context.Snippets.Find(called) ?? throw new LiquidException(
                new($"There is no snippet called “{called}”.", $"No existe el fragmento «{called}»."), source, at);
            context.Enter(context.Options.Limits.Deepest);
            if (isIsolated)
            {
                Isolated(context, writer, called, snippet);
            }
            else
            {
                Shared(context, writer, called, snippet);
            }
            context.Leave();
        }
        catch (LiquidException problem) when (problem.In is null)
        {
            throw new LiquidException(problem.Told, source, at);
        }
    }

    private string NameOf(LiquidContext context)
    {
        if (nameParts is null)
        {
            return JsText.Output(context, name.Evaluate(context).Plain);
        }
        var text = new LiquidWriter(200);
        RenderAll(nameParts, context, text);
        return text.ToString();
    }

    private void Isolated(LiquidContext context, LiquidWriter writer, string called, LiquidNode[] snippet)
    {
        var inner = context.Isolated();
        foreach (var (key, value) in hash)
        {
            inner.Assign(key, value is null ? LiquidValue.True : value.Evaluate(context));
        }
        if (with is not null)
        {
            inner.Assign(with.Alias ?? called, with.Value.Evaluate(context));
        }
        if (each is null)
        {
            RenderAll(snippet, inner, writer);
            return;
        }
        var items = ItemsOf(each.Value.Evaluate(context));
        var loop = new LiquidLoop(items.Count, each.Alias + "-" + each.Text);
        inner.Assign("forloop", LiquidValue.Of(loop));
        foreach (var item in items)
        {
            inner.Assign(each.Alias ?? called, item);
            RenderAll(snippet, inner, writer);
            loop.At++;
        }
    }

    private void Shared(LiquidContext context, LiquidWriter writer, string called, LiquidNode[] snippet)
    {
        var given = hash.Select(pair => (pair.Name, Value: pair.Value is null ? LiquidValue.True : pair.Value.Evaluate(context))).ToList();
        var bound = with?.Value.Evaluate(context);
        var scope = context.Push();
        given.ForEach(pair => scope.Set(pair.Name, pair.Value));
        if (bound is { } value)
        {
            scope.Set(called, value);
        }
        RenderAll(snippet, context, writer);
        context.Pop();
    }
}

internal sealed record LiquidBinding(LiquidExpression Value, string Text, string? Alias);
