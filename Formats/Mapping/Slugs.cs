using System.Security.Cryptography;
using System.Text;

namespace AgentManagement.Formats;

/// <summary>Ids made of what other systems call agents.</summary>
internal static class Slugs
{
    private const int MaxLength = 63;

    /// <summary>
    /// In lower case, with <c>-</c> for what an id cannot have. A name without any letter of an id, such as one in Chinese, is
    /// <c>agent-</c> with a hash of it.
    /// </summary>
    public static string Of(string name)
    {
        var slug = new StringBuilder();
        foreach (var letter in name)
        {
            var lower = char.IsAsciiLetterUpper(letter) ? (char)(letter + 32) : letter;
            if (char.IsAsciiLetterLower(lower) || char.IsAsciiDigit(lower) || (lower == '_' && slug.Length > 0)) slug.Append(lower);
            else if (slug.Length > 0 && slug[^1] != '-') slug.Append('-');
            if (slug.Length == MaxLength) break;
        }
        var text = slug.ToString().TrimEnd('-');
        return text.Length > 0 ? text : $"agent-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..8]}";
    }

    /// <summary>The same with a number behind it that tells it apart.</summary>
    public static string Numbered(string slug, int number)
    {
        var ending = $"-{number}";
        return slug[..Math.Min(slug.Length, MaxLength - ending.Length)].TrimEnd('-') + ending;
    }

    /// <summary>Whether an id was made of a name, with a number or without.</summary>
    public static bool IsOf(string id, string name)
    {
        var slug = Of(name);
        return id == slug || (int.TryParse(id[(id.LastIndexOf('-') + 1)..], out var number) && number > 1 && Numbered(slug, number) == id);
    }
}
