using System.Data;
using System.Data.Common;
using System.Text;
using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>How a grain's state is found in the table: the parameters that every query of OrleansQuery takes.</summary>
internal sealed class AdoNetGrainKey
{
    private readonly string serviceId;
    private readonly string stateName;
    private readonly string key;

    /// <exception cref="NotSupportedException">Orleans would read the key as a number or a GUID, and hash it differently.</exception>
    public AdoNetGrainKey(string serviceId, string stateName, GrainId grainId)
    {
        (this.serviceId, this.stateName, key) = (serviceId, stateName, grainId.Key.ToString());
        if (!key.Contains('/') || key.Contains('+'))
        {
            throw new NotSupportedException($"The key \"{key}\" of {grainId} must hold a '/' and no '+'.");
        }
    }

    public void AddTo(DbCommand command)
    {
        Add(command, "GrainIdHash", DbType.Int32, GrainIdHash());
        Add(command, "GrainIdN0", DbType.Int64, 0L);
        Add(command, "GrainIdN1", DbType.Int64, 0L);
        Add(command, "GrainTypeHash", DbType.Int32, StableHash.Compute(Encoding.UTF8.GetBytes(stateName)));
        Add(command, "GrainTypeString", DbType.String, stateName);
        Add(command, "GrainIdExtensionString", DbType.String, key);
        Add(command, "ServiceId", DbType.String, serviceId);
    }

    public static void Add(DbCommand command, string name, DbType type, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.DbType = type;
        parameter.Direction = ParameterDirection.Input;
        parameter.Value = value ?? DBNull.Value;
        command.Parameters.Add(parameter);
    }

    public override string ToString() => $"{stateName} of {key}";

    // The stock provider reverses the key's bytes on every machine that is in use today.
    private int GrainIdHash()
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        Array.Reverse(bytes);
        return StableHash.Compute(bytes);
    }
}
