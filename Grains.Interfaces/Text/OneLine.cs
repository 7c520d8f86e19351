using System.Globalization;
using System.Text;

namespace AgentManagement.Text;

/// <summary>Names that people read in lists, logs and terminals: one line that says what it shows.</summary>
public static class OneLine
{
    /// <summary>What a name must be, for people.</summary>
    public const string Rule = "one line with something to be seen, without control characters and marks that turn the direction of text";

    /// <summary>Whether a text can be a name.</summary>
    public static bool IsOne(string text) => !HasForbidden(text) && IsVisible(text);

    /// <summary>Whether it has what breaks a line, is a control character, or turns the direction of what stands beside it.</summary>
    public static bool HasForbidden(string text)
    {
        foreach (var letter in text)
        {
            if (char.IsControl(letter) || letter is '\u2028' or '\u2029' or '\u061C' or '\u200E' or '\u200F'
                or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069')) return true;
        }
        return false;
    }

    /// <summary>Whether there is anything in it that is seen: no space, and nothing without a width.</summary>
    public static bool IsVisible(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            // Letters by their category that nobody sees: fillers of Hangul, and the blank of Braille.
            if (!Rune.IsWhiteSpace(rune) && rune.Value is not (0x115F or 0x1160 or 0x2800 or 0x3164 or 0xFFA0)
                && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Format or UnicodeCategory.Control
                    or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark)) return true;
        }
        return false;
    }
}
