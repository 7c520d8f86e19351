using AgentManagement.Domain.Templates;
using AgentManagement.Grains.Access;
using AgentManagement.Grains.Audit;
using AgentManagement.Grains.Files;
using AgentManagement.Grains.Tasks;
using AgentManagement.Grains.Tenants;
using AgentManagement.Grains.Validation;
using AgentManagement.Grains.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace AgentManagement.Grains;

/// <summary>What the grains are made of. Whoever hosts them adds the stores, and whatever else they reach outside.</summary>
public static class GrainServices
{
    public static void AddGrainServices(this IServiceCollection services)
    {
        services.AddSingleton(provider => new ChainCheck(provider.GetRequiredService<IAuditStore>()));
        services.AddSingleton<SystemTemplates>();
        services.AddSingleton<ReferenceChecks>();
        services.AddSingleton<TierClaims>();
        services.AddSingleton<TenantLimits>();
        services.AddSingleton<IReferenceCheck, HandoffCheck>();
        services.AddSingleton<IReferenceCheck, ToolReferenceCheck>();
        services.AddSingleton<IReferenceCheck, AttachmentCheck>();
        services.AddSingleton<WebhookPosts>();
        services.AddSingleton<FileImport>();
        services.AddSingleton<ITaskJob, ImportJob>();
        services.AddSingleton<ITaskJob, RevalidateJob>();
        services.AddSingleton<ITaskJob, PurgeJob>();
        services.AddSingleton<ITaskJob, UpgradeJob>();
        services.AddSingleton<ITaskJob, UndoUpgradeJob>();
        services.AddSingleton<ITaskJob, ToolCheckJob>();
        services.AddSingleton<ITaskJob, FileCollectionJob>();
        services.AddSingleton<ITaskJob, BulkJob>();
    }

    /// <summary>Every call of a grain passes it: the silo believes no gateway.</summary>
    public static void AddAccessFilter(this ISiloBuilder silo) => silo.AddIncomingGrainCallFilter<AccessFilter>();
}
