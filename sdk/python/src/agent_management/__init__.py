"""A client of the Agent Management Service."""

from ._flows import Answered
from .aio import AsyncAgentManagement
from .client import AgentManagement, WriteOptions
from .configurations import AsyncConfigurationCache, ConfigurationCache, FileStore, Known, LabelledAgent, LabelledAgents, Runtime
from .errors import (
    AgentManagementError, Conflict, ConnectionFailed, Forbidden, Invalid, NotFound, PreconditionFailed, ProblemError, RateLimited,
    ResyncRequired, TenantMismatch, Unauthenticated, Unavailable,
)
from .variants import ChosenVersion, bucket_of, choose_version

__all__ = [
    "AgentManagement", "AgentManagementError", "Answered", "AsyncAgentManagement", "AsyncConfigurationCache", "ChosenVersion",
    "ConfigurationCache", "Conflict", "ConnectionFailed", "FileStore", "Forbidden", "Invalid", "Known", "LabelledAgent",
    "LabelledAgents", "NotFound", "PreconditionFailed", "ProblemError", "RateLimited", "ResyncRequired", "Runtime",
    "TenantMismatch", "Unauthenticated", "Unavailable", "WriteOptions", "bucket_of", "choose_version",
]
