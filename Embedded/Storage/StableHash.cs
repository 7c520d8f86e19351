using System.Buffers.Binary;
using System.Numerics;

namespace Orleans.Storage;

/// <summary>
/// The hash that Orleans' ADO.NET provider indexes its rows by: XXH32 (github.com/Cyan4973/xxHash, seed 0) with its
/// canonical big-endian bytes read as a little-endian number. Rows written by either runtime must be found by the other.
/// </summary>
internal static class StableHash
{
    private const uint Prime1 = 0x9E3779B1;
    private const uint Prime2 = 0x85EBCA77;
    private const uint Prime3 = 0xC2B2AE3D;
    private const uint Prime4 = 0x27D4EB2F;
    private const uint Prime5 = 0x165667B1;

    public static int Compute(ReadOnlySpan<byte> data) => (int)BinaryPrimitives.ReverseEndianness(XxHash32(data));

    internal static uint XxHash32(ReadOnlySpan<byte> data)
    {
        var length = (uint)data.Length;
        uint hash;
        if (data.Length >= 16)
        {
            Span<uint> lanes = [unchecked(Prime1 + Prime2), Prime2, 0, unchecked(0 - Prime1)];
            for (; data.Length >= 16; data = data[16..])
            {
                for (var lane = 0; lane < 4; lane++)
                {
                    lanes[lane] = BitOperations.RotateLeft(lanes[lane] + (Word(data[(lane * 4)..]) * Prime2), 13) * Prime1;
                }
            }

            hash = BitOperations.RotateLeft(lanes[0], 1) + BitOperations.RotateLeft(lanes[1], 7)
                + BitOperations.RotateLeft(lanes[2], 12) + BitOperations.RotateLeft(lanes[3], 18);
        }
        else
        {
            hash = Prime5;
        }

        hash += length;
        for (; data.Length >= 4; data = data[4..])
        {
            hash = BitOperations.RotateLeft(hash + (Word(data) * Prime3), 17) * Prime4;
        }

        foreach (var rest in data)
        {
            hash = BitOperations.RotateLeft(hash + (rest * Prime5), 11) * Prime1;
        }

        hash = (hash ^ (hash >> 15)) * Prime2;
        hash = (hash ^ (hash >> 13)) * Prime3;
        return hash ^ (hash >> 16);
    }

    private static uint Word(ReadOnlySpan<byte> data) => BinaryPrimitives.ReadUInt32LittleEndian(data);
}
