namespace Orleans.Runtime;

/// <summary>The key part of a grain's identity.</summary>
public readonly record struct IdSpan
{
    private readonly string? value;

    private IdSpan(string value) => this.value = value;

    public bool IsDefault => string.IsNullOrEmpty(value);

    public static IdSpan Create(string id) => new(id);

    public override string ToString() => value ?? "";
}

/// <summary>The name of a grain class, by Orleans' convention: lower case, without "Grain".</summary>
public readonly record struct GrainType(IdSpan Value)
{
    public bool IsDefault => Value.IsDefault;

    public static GrainType Create(string value) => new(IdSpan.Create(value));

    public override string ToString() => Value.ToString();
}

/// <summary>The identity of a grain: its type and its key.</summary>
public readonly record struct GrainId(GrainType Type, IdSpan Key)
{
    public bool IsDefault => Type.IsDefault && Key.IsDefault;

    public static GrainId Create(string type, string key) => new(GrainType.Create(type), IdSpan.Create(key));

    public static GrainId Create(GrainType type, string key) => new(type, IdSpan.Create(key));

    public override string ToString() => $"{Type}/{Key}";
}

/// <summary>Which identities are not grains of the application.</summary>
public static class GrainTypePrefix
{
    public const string ClientPrefix = "sys.client";

    public static bool IsClient(this in GrainType type) => type.ToString().StartsWith(ClientPrefix, StringComparison.Ordinal);

    /// <summary>True for callers outside of the silo's grains: their calls do carry a source id, of this type.</summary>
    public static bool IsClient(this in GrainId id) => id.Type.IsClient();
}
