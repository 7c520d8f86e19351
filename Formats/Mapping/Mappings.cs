namespace AgentManagement.Formats;

/// <summary>
/// A part of a format's table, both ways. Import takes values from the source and leaves what it did not take, the rest; export
/// begins with the rest and writes over it.
/// </summary>
internal abstract class Mapping
{
    public abstract void Import(MappingScope scope);

    public abstract void Export(MappingScope scope);
}

/// <summary>Where a table is at work: on a whole agent, or on an item of a list.</summary>
/// <param name="Rest">The source, less what was taken of it; on export, what is made of it.</param>
/// <param name="Content">The agent's content, or the item's.</param>
/// <param name="Agent">The agent's content.</param>
/// <param name="Pointers">Of both, for the report.</param>
/// <param name="Context">What all share.</param>
internal sealed record MappingScope(
    JsonObject Rest, JsonObject Content, JsonObject Agent, (string Source, string Content) Pointers, MappingContext Context);

/// <summary>A place of a source with its codec.</summary>
/// <param name="Place">The place.</param>
/// <param name="Codec">How its value is written there.</param>
/// <param name="Stays">Whether the source keeps it though it was taken: it is a part of something that is kept whole.</param>
internal sealed record SourcePlace(Place Place, Codec Codec, bool Stays = false);

/// <summary>
/// A place in the content and the places of the source that say the same. The first that is there and fits is taken. One that would not
/// be written again just so is kept beside the content, and given back as long as the content says the same.
/// </summary>
internal sealed class Row(Place content, params SourcePlace[] sources) : Mapping
{
    public Row(Place source, Place content, Codec codec, params string[] aliases)
        : this(content, [new(source, codec), .. aliases.Select(alias => new SourcePlace(alias, codec))])
    {
    }

    /// <summary>Whether the row applies: some say what means nothing without something else in the content.</summary>
    public Func<JsonObject, bool> If { get; init; } = _ => true;

    public override void Import(MappingScope scope)
    {
        if (!If(scope.Content)) return;
        SourcePlace? taken = null;
        JsonNode? original = null;
        foreach (var source in sources)
        {
            if (source.Place.Find(scope.Rest) is not { } node) continue;
            if (taken is not null)
            {
                // Said twice: that the first was the one must be known again.
                if (taken.Place.Find(scope.Rest) is null) taken.Place.Set(scope.Rest, original!.DeepClone());
                scope.Context.Originals.Add(taken.Place.Find(scope.Rest)!);
                scope.Context.Reasons.TryAdd(node, "said elsewhere");
                continue;
            }
            var pointer = scope.Pointers.Source + source.Place.PointerIn(scope.Rest);
            if (source.Codec.In(node, scope.Context) is not { } value || !content.Set(scope.Content, value))
            {
                scope.Context.Reasons[node] = "does not fit";
                continue;
            }
            (taken, original) = (source, node);
            scope.Context.Mapped.Add((pointer, scope.Pointers.Content + content.PointerIn(scope.Content)));
            if (source == sources[0] && !source.Stays && JsonNode.DeepEquals(source.Codec.Out(value, scope.Context), node))
            {
                source.Place.Remove(scope.Rest);
            }
            else scope.Context.Originals.Add(node);
        }
    }

    public override void Export(MappingScope scope)
    {
        var kept = sources.FirstOrDefault(source =>
            source.Place.Find(scope.Rest) is { } node && source.Codec.In(node, scope.Context) is not null);
        var value = content.Find(scope.Content);
        if (value is null)
        {
            if (If(scope.Content)) kept?.Place.Remove(scope.Rest);
            return;
        }
        var target = kept ?? sources[0];
        var written = target.Codec.Out(value, scope.Context);
        if (kept is not null)
        {
            var before = kept.Codec.Out(kept.Codec.In(kept.Place.Find(scope.Rest)!, scope.Context)!, scope.Context);
            if (JsonNode.DeepEquals(before, written)) return;
        }
        if (written is not null) target.Place.Set(scope.Rest, written);
        else kept?.Place.Remove(scope.Rest);
    }
}

/// <summary>A word of the source that says what an item is; others that mean the same are kept.</summary>
internal sealed class Constant(Place source, string word, params string[] others) : Mapping
{
    public bool Is(JsonObject item) => source.Find(item).AsText() is { } text && (text == word || others.Contains(text));

    public override void Import(MappingScope scope)
    {
        var node = source.Find(scope.Rest);
        if (node.AsText() == word) source.Remove(scope.Rest);
        else if (node is not null) scope.Context.Originals.Add(node);
    }

    public override void Export(MappingScope scope)
    {
        if (!source.IsIn(scope.Rest)) source.Set(scope.Rest, word);
    }
}

/// <summary>That something is there says this in the content.</summary>
internal sealed class Says(Place content, Func<JsonNode> value) : Mapping
{
    public override void Import(MappingScope scope)
    {
        content.Set(scope.Content, value());
        scope.Context.Mapped.Add((scope.Pointers.Source, scope.Pointers.Content + content.PointerIn(scope.Content)));
    }

    public override void Export(MappingScope scope)
    {
    }
}

/// <summary>The name by which the format knows an agent: the content has its id, which may be written differently.</summary>
internal sealed class OwnId(Place source) : Mapping
{
    public override void Import(MappingScope scope)
    {
        if (source.Find(scope.Rest).AsText() is not { } text || text != scope.Context.OldId) return;
        scope.Context.Mapped.Add((scope.Pointers.Source + source.PointerIn(scope.Rest), "/id"));
        source.Remove(scope.Rest);
    }

    public override void Export(MappingScope scope)
    {
        if (!source.IsIn(scope.Rest)) source.Set(scope.Rest, scope.Context.OldId);
    }
}

/// <summary>What no row can say.</summary>
internal sealed class Step(Action<MappingScope>? import = null, Action<MappingScope>? export = null) : Mapping
{
    public override void Import(MappingScope scope) => import?.Invoke(scope);

    public override void Export(MappingScope scope) => export?.Invoke(scope);
}
