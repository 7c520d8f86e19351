using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace AgentManagement.Domain.Search;

/// <summary>
/// What a text is searched, sorted and compared by: texts that look the same, or differ in case only, have the same key. Canonically
/// decomposed (NFD, whose classes are those of NFC), wide and narrow forms as the usual ones, in lower case, with ß as ss and the
/// Turkish i without its dot.
/// </summary>
/// <remarks>
/// By tables of our own: a process without ICU does not normalize, and one with another edition of it would make other keys.
/// </remarks>
public static class TextKey
{
    private const int HangulFirst = 0xAC00, HangulLast = 0xD7A3, LeadFirst = 0x1100, VowelFirst = 0x1161, TailFirst = 0x11A7;
    private const int Vowels = 21, Tails = 28;
    private const int Dot = 0x307;

    private static readonly FrozenDictionary<int, int[]> Parts = Read("decompositions.txt").ToFrozenDictionary(
        entry => Hex(entry.Key), entry => entry.Value.Split('+').Select(Hex).ToArray());

    private static readonly FrozenDictionary<int, byte> Classes = ReadClasses().ToFrozenDictionary();

    public static string Of(string text)
    {
        if (Ascii.IsValid(text)) return text.ToLowerInvariant();
        var letters = new List<(int Letter, byte Class)>(text.Length + 8);
        foreach (var rune in text.EnumerateRunes()) Add(rune.Value, letters);
        Order(letters);
        var key = new StringBuilder(letters.Count);
        Span<char> units = stackalloc char[2];
        foreach (var (letter, _) in letters) key.Append(units[..new Rune(letter).EncodeToUtf16(units)]);
        return key.ToString();
    }

    private static void Add(int letter, List<(int Letter, byte Class)> letters)
    {
        if (letter is >= HangulFirst and <= HangulLast)
        {
            var (lead, rest) = Math.DivRem(letter - HangulFirst, Vowels * Tails);
            var (vowel, tail) = Math.DivRem(rest, Tails);
            letters.Add((LeadFirst + lead, 0));
            letters.Add((VowelFirst + vowel, 0));
            if (tail > 0) letters.Add((TailFirst + tail, 0));
            return;
        }
        if (!Parts.TryGetValue(letter, out var parts))
        {
            AddLower(letter, letters);
            return;
        }
        foreach (var part in parts) AddLower(part, letters);
    }

    private static void AddLower(int letter, List<(int Letter, byte Class)> letters)
    {
        switch (letter)
        {
            case 'ß' or 'ẞ':
                letters.Add(('s', 0));
                letters.Add(('s', 0));
                break;
            case 'ı':
                letters.Add(('i', 0));
                break;
            case 'ς':
                letters.Add(('σ', 0));
                break;
            // Of the capital İ, which is I and a dot.
            case Dot when letters is [.., ('i', _)]:
                break;
            default:
                letters.Add((Rune.ToLowerInvariant(new Rune(letter)).Value, Classes.GetValueOrDefault(letter)));
                break;
        }
    }

    /// <summary>Marks on one letter in the order of their classes, those of the same class as they came.</summary>
    private static void Order(List<(int Letter, byte Class)> letters)
    {
        for (var at = 0; at < letters.Count; at++)
        {
            if (letters[at].Class == 0) continue;
            var end = at + 1;
            while (end < letters.Count && letters[end].Class > 0) end++;
            if (end - at > 1)
            {
                var marks = letters.GetRange(at, end - at).OrderBy(mark => mark.Class).ToList();
                for (var index = 0; index < marks.Count; index++) letters[at + index] = marks[index];
            }
            at = end;
        }
    }

    private static IEnumerable<KeyValuePair<int, byte>> ReadClasses() =>
        from entry in Read("combining-classes.txt")
        let range = entry.Key.Split('-')
        from letter in Enumerable.Range(Hex(range[0]), Hex(range[^1]) - Hex(range[0]) + 1)
        select KeyValuePair.Create(letter, byte.Parse(entry.Value, CultureInfo.InvariantCulture));

    private static IEnumerable<KeyValuePair<string, string>> Read(string file)
    {
        using var reader = new StreamReader(typeof(TextKey).Assembly.GetManifestResourceStream($"search/{file}")!);
        foreach (var line in reader.ReadToEnd().Split('\n').Where(line => !line.StartsWith('#')))
        {
            foreach (var entry in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                var parts = entry.Split('=');
                yield return new(parts[0], parts[1]);
            }
        }
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
