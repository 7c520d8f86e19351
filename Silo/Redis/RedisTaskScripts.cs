namespace AgentManagement.Silo.Redis;

/// <summary>The moves of an entry through the stream of tasks. Keys: the stream, the dead letters.</summary>
internal static class RedisTaskScripts
{
    /// <summary>The consumer group of all silos.</summary>
    public const string Group = "silos";

    /// <summary>
    /// The next entry for a consumer: one that its last consumer has let lie, else a new one. Makes the group first, which is
    /// gone when Redis comes back empty. Arguments: consumer, milliseconds.
    /// </summary>
    public const string Take =
        """
        redis.pcall('XGROUP', 'CREATE', KEYS[1], 'silos', '0', 'MKSTREAM')
        local left = redis.call('XAUTOCLAIM', KEYS[1], 'silos', ARGV[1], ARGV[2], '0-0', 'COUNT', 1)[2][1]
        if left then return left end
        local read = redis.call('XREADGROUP', 'GROUP', 'silos', ARGV[1], 'COUNT', 1, 'STREAMS', KEYS[1], '>')
        return read and read[1][2][1]
        """;

    /// <summary>Removes an entry. Argument: its id.</summary>
    public const string End =
        """
        redis.call('XACK', KEYS[1], 'silos', ARGV[1])
        return redis.call('XDEL', KEYS[1], ARGV[1])
        """;

    /// <summary>Moves an entry, whatever it holds, to the dead letters, of which the newest are kept. Arguments: its id, the error.</summary>
    public const string Bury =
        """
        local entry = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])[1]
        if entry then
            local fields = {'error', ARGV[2], 'entry', ARGV[1]}
            for index = 1, math.min(#entry[2], 20) do fields[#fields + 1] = string.sub(entry[2][index], 1, 1000) end
            redis.call('XADD', KEYS[2], 'MAXLEN', '~', 1000, '*', unpack(fields))
        end
        redis.call('XACK', KEYS[1], 'silos', ARGV[1])
        return redis.call('XDEL', KEYS[1], ARGV[1])
        """;
}
