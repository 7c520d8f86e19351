using AgentManagement.Operations;

namespace AgentManagement.ServiceDefaults.Health;

/// <summary>Something that this process has to have done before it can serve. Told only while it has not.</summary>
public interface IReadinessPart
{
    HealthPart Check();
}
