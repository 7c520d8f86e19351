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
    public static readonly EventId ReferenceCheckFailed = new(1003, "reference_check_failed");
    public static readonly EventId GrainCall = new(1004, "grain_call");
    public static readonly EventId Statement = new(1005, "statement");
    public static readonly EventId StateRead = new(1006, "state_read");
    public static readonly EventId ChangeCommitted = new(1007, "change_committed");

    public static readonly EventId Request = new(1100, "request");
    public static readonly EventId GrainCallFailed = new(1101, "grain_call_failed");
    public static readonly EventId UnhandledException = new(1102, "unhandled_exception");
    public static readonly EventId HealthCheckFailed = new(1103, "health_check_failed");

    public static readonly EventId IdentityServiceUnreachable = new(1200, "identity_service_unreachable");
    public static readonly EventId NotificationInvalid = new(1201, "notification_invalid");
    public static readonly EventId TokenRecheckFailed = new(1202, "token_recheck_failed");
    public static readonly EventId ApiKeyCheckFailed = new(1203, "api_key_check_failed");
    public static readonly EventId ApiKeyChangeNotPublished = new(1204, "api_key_change_not_published");
    public static readonly EventId NoTrustedProxies = new(1205, "no_trusted_proxies");
    public static readonly EventId KnownCredentialsUnreachable = new(1206, "known_credentials_unreachable");
    public static readonly EventId RevocationsUnreachable = new(1207, "revocations_unreachable");
    public static readonly EventId SharedAnswersUnreachable = new(1208, "shared_answers_unreachable");

    public static readonly EventId RedisUnreachable = new(1300, "redis_unreachable");
    public static readonly EventId MembershipRestored = new(1301, "membership_restored");
    public static readonly EventId RedisSubscriptionLost = new(1302, "redis_subscription_lost");
    public static readonly EventId RateLimitFallbackStarted = new(1303, "rate_limit_fallback_started");
    public static readonly EventId RateLimitFallbackEnded = new(1304, "rate_limit_fallback_ended");

    public static readonly EventId SinkFailed = new(1400, "sink_failed");
    public static readonly EventId SinkRecovered = new(1401, "sink_recovered");
    public static readonly EventId SinkAhead = new(1402, "sink_ahead");
    public static readonly EventId NoticeNotPublished = new(1403, "notice_not_published");
    public static readonly EventId SignalLost = new(1404, "signal_lost");
    public static readonly EventId OrchestratorDisconnected = new(1406, "orchestrator_disconnected");
    public static readonly EventId OrchestratorConnected = new(1407, "orchestrator_connected");
    public static readonly EventId FeedFailed = new(1408, "feed_failed");
    public static readonly EventId EventTold = new(1409, "event_told");

    public static readonly EventId WebhookFailed = new(1410, "webhook_failed");
    public static readonly EventId WebhookRecovered = new(1411, "webhook_recovered");
    public static readonly EventId WebhookBlocked = new(1412, "webhook_blocked");
    public static readonly EventId WebhookDeadLetter = new(1413, "webhook_dead_letter");
    public static readonly EventId WebhookDisabled = new(1414, "webhook_disabled");
    public static readonly EventId WebhookNotRecorded = new(1415, "webhook_not_recorded");

    public static readonly EventId TaskStepFailed = new(1500, "task_step_failed");
    public static readonly EventId TaskWaitingForMaintenance = new(1501, "task_waiting_for_maintenance");
    public static readonly EventId TaskNotQueued = new(1502, "task_not_queued");
    public static readonly EventId TaskWorkerFailed = new(1503, "task_worker_failed");
    public static readonly EventId TaskFailed = new(1504, "task_failed");
    public static readonly EventId QueueEntryInvalid = new(1505, "queue_entry_invalid");
    public static readonly EventId TaskStepCanceled = new(1507, "task_step_canceled");
    public static readonly EventId QueueReadFailed = new(1508, "queue_read_failed");
    public static readonly EventId ClaimRenewalFailed = new(1509, "claim_renewal_failed");
    public static readonly EventId TaskStarted = new(1510, "task_started");
    public static readonly EventId TaskStepDone = new(1511, "task_step_done");
    public static readonly EventId TaskCompleted = new(1512, "task_completed");
    public static readonly EventId TaskStalled = new(1513, "task_stalled");
    public static readonly EventId TaskExpired = new(1514, "task_expired");
    public static readonly EventId TaskRevoked = new(1515, "task_revoked");

    public static readonly EventId BlobStoreFailed = new(1600, "blob_store_failed");
    public static readonly EventId BlobStoreUnreachable = new(1601, "blob_store_unreachable");
    public static readonly EventId BlobDeletionFailed = new(1602, "blob_deletion_failed");

    public static readonly EventId ChangeLogBroken = new(1700, "change_log_broken");
    public static readonly EventId ChangeLogVerified = new(1701, "change_log_verified");
    public static readonly EventId DeniedAttemptsNotStored = new(1703, "denied_attempts_not_stored");

    public static readonly EventId ToolRegistryUnreachable = new(1800, "tool_registry_unreachable");
    public static readonly EventId CircuitOpened = new(1802, "circuit_opened");
    public static readonly EventId CircuitClosed = new(1803, "circuit_closed");

    public static readonly EventId RateLimitUnknown = new(1901, "rate_limit_unknown");
    public static readonly EventId HousekeepingFailed = new(1902, "housekeeping_failed");
    public static readonly EventId HousekeepingUnreachable = new(1903, "housekeeping_unreachable");
    public static readonly EventId RetentionFailed = new(1904, "retention_failed");
    public static readonly EventId ProcessStarted = new(1905, "process_started");
    public static readonly EventId ProcessStops = new(1906, "process_stops");
    public static readonly EventId MarksStay = new(1907, "marks_stay");
    public static readonly EventId ReleaseNotContinued = new(1908, "release_not_continued");
    public static readonly EventId RuntimesNotWatched = new(1909, "runtimes_not_watched");
}
