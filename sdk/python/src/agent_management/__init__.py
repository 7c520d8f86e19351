"""A client of the Agent Management Service."""

from ._flows import Answered
from .aio import AsyncAgentManagement
from .client import AgentManagement, WriteOptions
from .configurations import AsyncConfigurationCache, ConfigurationCache, FileStore, Known
from .errors import (
    AgentManagementError, Conflict, ConnectionFailed, Forbidden, Invalid, NotFound, PreconditionFailed, ProblemError, RateLimited,
    ResyncRequired, TenantMismatch, Unauthenticated, Unavailable,
)

__all__ = [
    "AgentManagement", "AgentManagementError", "Answered", "AsyncAgentManagement", "AsyncConfigurationCache", "ConfigurationCache",
    "Conflict", "ConnectionFailed", "FileStore", "Forbidden", "Invalid", "Known", "NotFound", "PreconditionFailed", "ProblemError",
    "RateLimited", "ResyncRequired", "TenantMismatch", "Unauthenticated", "Unavailable", "WriteOptions",
]
