using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentManagement.Client;

/// <summary>All that is read and written, made at build time, so that trimming loses nothing.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Agent)), JsonSerializable(typeof(AgentContent)), JsonSerializable(typeof(Page<AgentSummary>))]
[JsonSerializable(typeof(Page<AgentVersion>)), JsonSerializable(typeof(IReadOnlyList<Difference>)), JsonSerializable(typeof(Validation))]
[JsonSerializable(typeof(IReadOnlyList<Risk>)), JsonSerializable(typeof(DryRun)), JsonSerializable(typeof(AppliedFile))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(Template)), JsonSerializable(typeof(ApiKeyList)), JsonSerializable(typeof(ApiKeySecret))]
[JsonSerializable(typeof(CreateKeyBody)), JsonSerializable(typeof(RotateKeyBody))]
[JsonSerializable(typeof(TemplateContent)), JsonSerializable(typeof(Page<TemplateSummary>)), JsonSerializable(typeof(ServiceTask))]
[JsonSerializable(typeof(TaskList)), JsonSerializable(typeof(Tenant)), JsonSerializable(typeof(Page<AuditEntry>))]
[JsonSerializable(typeof(Configuration)), JsonSerializable(typeof(ResolvedConfigurations)), JsonSerializable(typeof(Message))]
[JsonSerializable(typeof(TenantConfiguration)), JsonSerializable(typeof(TenantChange))]
[JsonSerializable(typeof(StatusBody)), JsonSerializable(typeof(CloneBody)), JsonSerializable(typeof(RollbackBody))]
[JsonSerializable(typeof(InstantiateBody)), JsonSerializable(typeof(ResolveBody)), JsonSerializable(typeof(StartTaskBody))]
[JsonSerializable(typeof(StoredAgents)), JsonSerializable(typeof(JsonElement)), JsonSerializable(typeof(Me))]
[JsonSerializable(typeof(Label)), JsonSerializable(typeof(LabelList)), JsonSerializable(typeof(LabelPolicy))]
[JsonSerializable(typeof(Assignments)), JsonSerializable(typeof(AssignBody)), JsonSerializable(typeof(Release))]
[JsonSerializable(typeof(Page<Release>)), JsonSerializable(typeof(ReleasePlan)), JsonSerializable(typeof(BypassBody))]
[JsonSerializable(typeof(ReleaseDryRun)), JsonSerializable(typeof(ReleaseDifferences)), JsonSerializable(typeof(VoteBody))]
[JsonSerializable(typeof(ReasonBody)), JsonSerializable(typeof(ReportedVerdict)), JsonSerializable(typeof(ReportedCheck))]
[JsonSerializable(typeof(Check)), JsonSerializable(typeof(CheckList)), JsonSerializable(typeof(LabelRules))]
[JsonSerializable(typeof(BulkChange)), JsonSerializable(typeof(AgentUpgrade)), JsonSerializable(typeof(TemplateUpgrade))]
[JsonSerializable(typeof(Page<ServiceTask>)), JsonSerializable(typeof(AuditVerification)), JsonSerializable(typeof(Page<DeniedAttempt>))]
[JsonSerializable(typeof(Page<StoredFile>)), JsonSerializable(typeof(FileLink)), JsonSerializable(typeof(FileLinkBody))]
[JsonSerializable(typeof(WebhookList)), JsonSerializable(typeof(Webhook)), JsonSerializable(typeof(WebhookSecret))]
[JsonSerializable(typeof(WebhookContent)), JsonSerializable(typeof(WebhookPing)), JsonSerializable(typeof(ReplayBody))]
[JsonSerializable(typeof(Page<DeadLetter>)), JsonSerializable(typeof(RuntimeList)), JsonSerializable(typeof(RuntimeDetail))]
[JsonSerializable(typeof(DayCountList))]
[JsonSerializable(typeof(AppliedList)), JsonSerializable(typeof(Adoption)), JsonSerializable(typeof(RuntimeReport))]
internal sealed partial class Json : JsonSerializerContext;

internal sealed record StatusBody(string? Reason);

internal sealed record CloneBody(string? Id, string Name);

internal sealed record RollbackBody(int ToVersion, string? Note);

internal sealed record InstantiateBody(string? Id, string Name, JsonElement? Variables, JsonElement? Customizations);

internal sealed record ResolveBody(IReadOnlyCollection<string> Ids, string? Label, string? Key);

internal sealed record StartTaskBody(string Kind);
