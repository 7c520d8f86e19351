using Microsoft.Extensions.Logging;

namespace AgentManagement.ServiceDefaults.Observability;

/// <summary>
/// What the service writes to its log, by number and name, which stay what they are: searches and alerts of operators rely on them
/// (docs/logs.md).
/// </summary>
public static class LogEvents
{
    public static readonly EventId ChangeWritten = new(1000, "change_written");
    public static readonly EventId ChangeNotWritten = new(1001, "change_not_written");
    public static readonly EventId AccessDenied = new(1002, "access_denied");
    public static readonly EventId ReferenceNotChecked = new(1003, "reference_not_checked");

    public static readonly EventId Request = new(1100, "request");
    public static readonly EventId GrainCallFailed = new(1101, "grain_call_failed");
    public static readonly EventId GatewayFailed = new(1102, "gateway_failed");
    public static readonly EventId HealthNotAnswered = new(1103, "health_not_answered");

    public static readonly EventId IdentitySilent = new(1200, "identity_silent");
    public static readonly EventId NotificationUnreadable = new(1201, "notification_unreadable");
    public static readonly EventId TokenNotChecked = new(1202, "token_not_checked");
    public static readonly EventId ApiKeyNotVerified = new(1203, "api_key_not_verified");
    public static readonly EventId ApiKeyChangeNotTold = new(1204, "api_key_change_not_told");

    public static readonly EventId RedisSilent = new(1300, "redis_silent");
    public static readonly EventId SiloTableRestored = new(1301, "silo_table_restored");
    public static readonly EventId ListeningLost = new(1302, "listening_lost");
    public static readonly EventId RequestsCountedAlone = new(1303, "requests_counted_alone");
    public static readonly EventId RequestsCountedTogether = new(1304, "requests_counted_together");

    public static readonly EventId DestinationBehind = new(1400, "destination_behind");
    public static readonly EventId DestinationToldAgain = new(1401, "destination_told_again");
    public static readonly EventId DestinationAhead = new(1402, "destination_ahead");
    public static readonly EventId NoticeLost = new(1403, "notice_lost");
    public static readonly EventId HintLost = new(1404, "hint_lost");
    public static readonly EventId OrchestratorLost = new(1406, "orchestrator_lost");
    public static readonly EventId OrchestratorConnected = new(1407, "orchestrator_connected");
    public static readonly EventId FeedFailed = new(1408, "feed_failed");

    public static readonly EventId TaskStepFailed = new(1500, "task_step_failed");
    public static readonly EventId TaskWaits = new(1501, "task_waits");
    public static readonly EventId TaskNotQueued = new(1502, "task_not_queued");
    public static readonly EventId TaskNotWorkedOn = new(1503, "task_not_worked_on");
    public static readonly EventId TaskFailed = new(1504, "task_failed");
    public static readonly EventId QueueEntryUnreadable = new(1505, "queue_entry_unreadable");
    public static readonly EventId TaskStepEnded = new(1507, "task_step_ended");
    public static readonly EventId QueueNotRead = new(1508, "queue_not_read");
    public static readonly EventId ClaimNotRenewed = new(1509, "claim_not_renewed");

    public static readonly EventId BlobStoreFailed = new(1600, "blob_store_failed");
    public static readonly EventId BlobStoreSilent = new(1601, "blob_store_silent");
    public static readonly EventId BytesNotDeleted = new(1602, "bytes_not_deleted");

    public static readonly EventId LogBroken = new(1700, "log_broken");
    public static readonly EventId LogWhole = new(1701, "log_whole");
    public static readonly EventId RefusalsNotKept = new(1703, "refusals_not_kept");

    public static readonly EventId ToolRegistrySilent = new(1800, "tool_registry_silent");
    public static readonly EventId ServiceLeftOut = new(1802, "service_left_out");
    public static readonly EventId ServiceAnswersAgain = new(1803, "service_answers_again");

    public static readonly EventId RateNotKnown = new(1901, "rate_not_known");
    public static readonly EventId HousekeepingFailed = new(1902, "housekeeping_failed");
    public static readonly EventId HousekeepingUnreachable = new(1903, "housekeeping_unreachable");
}
