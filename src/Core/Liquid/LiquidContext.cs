using System.Text;

namespace Ciclo.Core.Liquid;

/// <summary>One rendering: its variables, what it has spent, and what it missed.</summary>
internal sealed class LiquidContext
{
    private const int MostMissing = 50;

    private readonly LiquidObject model;
    private readonly Budget budget;
    private readonly List<LiquidScope> scopes = [new()];
    private Dictionary<string, LiquidValue>? counters;
    private Dictionary<string, int>? cycles;
    private Dictionary<string, double>? loopEnds;

    public LiquidContext(LiquidObject model, LiquidOptions options, LiquidSnippets snippets)
    {
        this.model = model;
        Options = options;
        Snippets = snippets;
        budget = new Budget(options.Limits.MostWork);
        Missing = [];
        Random = new Random(options.Seed);
    }

    private LiquidContext(LiquidContext parent, LiquidObject model)
    {
        this.model = model;
        (Options, Snippets, budget, Missing, Random, Depth) = (parent.Options, parent.Snippets, parent.budget, parent.Missing, parent.Random, parent.Depth);
    }

    public LiquidOptions Options { get; }

    public LiquidSnippets Snippets { get; }

    public List<string> Missing { get; }

    public Random Random { get; }

    public int Depth { get; private set; }

    /// <summary>Set by `break` and `continue` until the loop around them sees it.</summary>
    public bool Breaks { get; set; }

    public bool Continues { get; set; }

    public bool Stops => Breaks || Continues;

    /// <summary>A context that sees none of these variables: that of `render`.</summary>
    public LiquidContext Isolated() => new(this, new LiquidObject());

    public LiquidValue Variable(string name)
    {
        for (var i = scopes.Count - 1; i >= 0; i--)
        {
            if (scopes[i].TryGet(name, out var value))
            {
                return value;
            }
        }
        return Counter(name) is { } counted ? counted : LiquidPath.Read(LiquidValue.Of(model), name);
    }

    public void Assign(string name, LiquidValue value) => scopes[0].Set(name, value);

    public LiquidScope Push()
    {
        var scope = new LiquidScope();
        scopes.Add(scope);
        return scope;
    }

    public void Pop() => scopes.RemoveAt(scopes.Count - 1);

    /// <summary>Counts a variable of the model up or down; the model itself stays as it is.</summary>
    public double Count(string name, int by)
    {
        var before = Counter(name) is { Kind: LiquidKind.Number } known ? known.Number : model.TryGet(name, out var given) && given.Kind == LiquidKind.Number && Counter(name) is null ? given.Number : 0;
        (counters ??= new(StringComparer.Ordinal))[name] = LiquidValue.Of(before + by);
        return before;
    }

    /// <summary>Which of so many comes next in a cycle.</summary>
    public int Cycle(string key, int count)
    {
        cycles ??= new(StringComparer.Ordinal);
        var at = cycles.GetValueOrDefault(key);
        cycles[key] = (at + 1) % count;
        return at;
    }

    /// <summary>Where the last loop over the same ended, for `offset: continue`.</summary>
    public double LoopEnd(string key) => loopEnds?.GetValueOrDefault(key) ?? 0;

    public void EndLoop(string key, double at) => (loopEnds ??= new(StringComparer.Ordinal))[key] = at;

    public void NoteMissing(string path)
    {
        if (Missing.Count < MostMissing && !Missing.Contains(path))
        {
            Missing.Add(path);
        }
    }

    /// <summary>Counts work that is done, and letters that are made; past the limit the rendering ends.</summary>
    public void Spend(double steps, double letters) => budget.Spend(steps + (letters / 8));

    public void Descend(int depth, int deepest)
    {
        if (depth > deepest)
        {
            throw new LiquidException(new($"Values are nested too deeply: {deepest} levels are the most.", $"Hay valores demasiado anidados: {deepest} niveles es lo máximo."));
        }
    }

    public void Enter(int deepest)
    {
        if (++Depth > deepest)
        {
            throw new LiquidException(new(
                $"Snippets call each other too deeply: {deepest} levels are the most. See whether one calls itself.", $"Los fragmentos se llaman a demasiada profundidad: {deepest} niveles es lo máximo. Revisa si uno se llama a sí mismo."));
        }
    }

    public void Leave() => Depth--;

    /// <summary>Evaluates with one more variable.</summary>
    public LiquidValue With(string name, LiquidValue value, LiquidPipeline what)
    {
        Push().Set(name, value);
        var result = what.Evaluate(this);
        Pop();
        return result;
    }

    private LiquidValue? Counter(string name) => counters is not null && counters.TryGetValue(name, out var value) ? value : null;

    private sealed class Budget(double most)
    {
        private double spent;

        public void Spend(double work)
        {
            spent += work;
            if (spent > most)
            {
                throw new LiquidException(new(
                    "The template does too much: it passed its limit of steps. Make loops shorter, with limit or fewer items.", "La plantilla hace demasiado: pasó su límite de pasos. Acorta los bucles, con limit o con menos elementos."));
            }
        }
    }
}

/// <summary>Variables of one level.</summary>
internal sealed class LiquidScope
{
    private Dictionary<string, LiquidValue>? values;

    public bool TryGet(string name, out LiquidValue value)
    {
        value = default;
        return values is not null && values.TryGetValue(name, out value);
    }

    public void Set(string name, LiquidValue value) => (values ??= new(StringComparer.Ordinal))[name] = value;
}

/// <summary>Where a template is written to, with its limit of letters.</summary>
internal sealed class LiquidWriter(int most)
{
    private readonly StringBuilder text = new();

    public void Write(string piece)
    {
        if (piece.Length > most - text.Length)
        {
            throw new LiquidException(new(
                $"The template writes too much: {most:N0} characters are the most.", $"La plantilla escribe demasiado: {most:N0} caracteres es lo máximo."));
        }
        text.Append(piece);
    }

    /// <summary>Writes a text that must not become markup.</summary>
    public void WriteEscaped(string piece)
    {
        if (piece.AsSpan().IndexOfAny("&<>\"'") < 0)
        {
            Write(piece);
            return;
        }
        Write(WebFilters.Escape(piece));
    }

    public override string ToString() => text.ToString();
}
