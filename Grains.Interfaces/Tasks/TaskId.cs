using System.Security.Cryptography;
using System.Text;

namespace AgentManagement.Tasks;

/// <summary>Makes the ids of tasks: 32 hexadecimal digits.</summary>
public static class TaskId
{
    /// <summary>One that no other task has.</summary>
    public static string New() => Guid.CreateVersion7().ToString("n");

    /// <summary>The same for the same name, so that asking again finds the task that there is.</summary>
    /// <param name="name">Unique within the tenant.</param>
    public static string Of(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));
}
