using System.Text;
using AgentManagement.Domain.Search;

namespace AgentManagement.Tests.Agents;

/// <summary>What texts are searched, sorted and compared by.</summary>
public sealed class TextKeyTests
{
    [Theory]
    [InlineData("Caf\u00e9", "CAFE\u0301"), InlineData("\u1ec7", "e\u0323\u0302"), InlineData("\u1ec7", "e\u0302\u0323")]
    [InlineData("\u212b", "\u00e5")]
    [InlineData("\u0130stanbul", "istanbul"), InlineData("I\u0307stanbul", "\u0130STANBUL"), InlineData("I\u015eIK", "\u0131\u015f\u0131k")]
    [InlineData("Stra\u00dfe", "STRASSE"), InlineData("STRA\u1e9eE", "stra\u00dfe"), InlineData("\u00dcBER", "u\u0308ber")]
    [InlineData("\u03a3\u0391\u03a3", "\u03c3\u03b1\u03c2"), InlineData("\u041c\u043e\u0439", "\u043c\u041e\u0418\u0306")]
    [InlineData("\ud55c\uae00", "\u1112\u1161\u11ab\u1100\u1173\u11af"), InlineData("\u304c", "\u304b\u3099")]
    [InlineData("\uff76\uff9e", "\u30ac")]
    [InlineData("\uff21\uff11", "a1"), InlineData("\uf900", "\u8c48"), InlineData("\U0001d15e", "\U0001d157\U0001d165")]
    public void Texts_that_look_the_same_or_differ_in_case_have_one_key(string one, string other) =>
        Assert.Equal(TextKey.Of(one), TextKey.Of(other));

    [Theory, InlineData("cafe", "caf\u00e9"), InlineData("o", "\u00f6"), InlineData("\u6771", "\u4eac"), InlineData("a\u0323", "a\u0302")]
    [InlineData("\u30ab", "\u30ac"), InlineData("a", "a ")]
    public void Texts_that_look_different_have_keys_of_their_own(string one, string other) =>
        Assert.NotEqual(TextKey.Of(one), TextKey.Of(other));

    [Fact]
    public void A_key_is_its_own_key()
    {
        var all = new StringBuilder();
        foreach (var letter in Enumerable.Range(0x20, 0x30000).Where(Rune.IsValid)) all.Append(new Rune(letter));
        var key = TextKey.Of(all.ToString());
        Assert.Equal(key, TextKey.Of(key));
    }
}
