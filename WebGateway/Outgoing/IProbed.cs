namespace AgentManagement.WebGateway.Outgoing;

/// <summary>Another service that is asked now and then though nobody waits for it.</summary>
internal interface IProbed
{
    /// <summary>Asks it if it failed when it was last asked, or should be asked again for another reason. Does not throw.</summary>
    Task ProbeAsync();
}
