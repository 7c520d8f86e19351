using System.Text;
using Orleans.Storage;

namespace AgentManagement.Tests.Embedded;

public sealed class StableHashTests
{
    // Vectors of the xxHash project, and of its use in python-xxhash and liblz4.
    [Theory]
    [InlineData("", 0x02CC5D05)]
    [InlineData("a", 0x550D7456)]
    [InlineData("abc", 0x32D153FF)]
    [InlineData("Nobody inspects the spammish repetition", 0xE2293B2F)]
    public void It_is_xxh32(string text, uint expected) =>
        Assert.Equal(expected, StableHash.XxHash32(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Its_canonical_bytes_are_read_as_a_little_endian_number() =>
        Assert.Equal(unchecked((int)0xFF53D132), StableHash.Compute("abc"u8));
}
