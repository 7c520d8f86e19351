using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AgentManagement.Domain.Audit;

/// <summary>
/// The hash of fields, each written as <c>{bytes}:{text};</c>, or <c>-;</c> when it is null, so that no two lists of
/// fields are written alike.
/// </summary>
public static class ChangeHash
{
    /// <summary>SHA-256 as 64 lower-case hexadecimal digits.</summary>
    public static string Of(params ReadOnlySpan<string?> fields)
    {
        var text = new ArrayBufferWriter<byte>(1_024);
        foreach (var field in fields)
        {
            if (field is not null)
            {
                Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(field)}:"), text);
                Encoding.UTF8.GetBytes(field, text);
                text.Write(";"u8);
            }
            else text.Write("-;"u8);
        }
        return Hash(text.WrittenSpan);
    }

    /// <summary>The hash of a version's content, by which its row stands for it after the content is gone.</summary>
    public static string OfDocument(string document) => Hash(Encoding.UTF8.GetBytes(document));

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
