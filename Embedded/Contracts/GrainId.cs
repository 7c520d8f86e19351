namespace Orleans.Runtime;

/// <summary>The identity of a grain: the name of its class (lower case, without "Grain") and its key.</summary>
public readonly record struct GrainId(string Type, string Key)
{
    public static GrainId Create(string type, string key) => new(type, key);

    public override string ToString() => $"{Type}/{Key}";
}

/// <summary>Which identities are not grains of the application.</summary>
public static class GrainTypePrefix
{
    internal const string ClientPrefix = "sys.client";

    /// <summary>True for callers outside of the silo's grains: their calls do carry a source id, of this type.</summary>
    public static bool IsClient(this in GrainId id) => id.Type == ClientPrefix;
}
