namespace AgentManagement.Domain.Json;

/// <summary>How many places of two contents may be told as different: beyond that the answer would be longer than the contents.</summary>
public sealed class DifferenceBudget
{
    /// <summary>How many places may differ.</summary>
    public const int MaxPlaces = 10_000;

    /// <summary>How many characters the paths to them may have.</summary>
    public const int MaxPathCharacters = 1_048_576;

    private int _places;
    private long _characters;

    /// <summary>Whether there was more to tell than may be told.</summary>
    public bool IsExceeded { get; private set; }

    /// <summary>How many places were looked at, different or not.</summary>
    public int Steps { get; private set; }

    /// <summary>Counts a place that is looked at.</summary>
    public void Step() => Steps++;

    /// <summary>Takes one of the places that may be told; false when there are none left.</summary>
    public bool TryTell(JsonPlace place)
    {
        if (!IsExceeded) IsExceeded = ++_places > MaxPlaces || (_characters += place.Length) > MaxPathCharacters;
        return !IsExceeded;
    }
}
