"""What goes wrong: refusals of the service, by their status, and failures on the way to it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, cast

from .models import Problem


class AgentManagementError(Exception):
    """What every failure of this client is."""


class ConnectionFailed(AgentManagementError):
    """The service was not reached, did not answer in time, or its answer was cut off. Whether a write was done is not known."""


class TenantMismatch(AgentManagementError):
    """The token is another tenant's than the cache is for."""


class ProblemError(AgentManagementError):
    """A refusal of the service (RFC 9457)."""

    def __init__(self, problem: Problem, retry_after: float | None = None) -> None:
        super().__init__(f"{problem['status']} {problem['code']}: {problem['detail']}")
        self.problem = problem
        self.status = problem["status"]
        self.code = problem["code"]
        self.errors = problem["errors"]
        """The fields that were refused."""
        self.conflicts = problem.get("conflicts") or []
        """What two sides changed differently; empty when it is not about a merge."""
        self.correlation_id = problem["correlationId"]
        """Finds the request in the service's logs."""
        self.retry_after = retry_after
        """The seconds after which it may be tried again, when the service said so."""


class Unauthenticated(ProblemError):
    """401: there is no token, or it has ended."""


class Forbidden(ProblemError):
    """403: the token lacks a permission."""


class NotFound(ProblemError):
    """404: absent, or another tenant's."""


class Conflict(ProblemError):
    """409: a conflict, an id that is taken, or a quota."""


class ResyncRequired(ProblemError):
    """410: the tenant has no such revision; read everything anew."""

    revision: int | None = None
    """From which revision on to follow, once everything was read anew; None when it was not told."""


class PreconditionFailed(ProblemError):
    """412: the agent is at another version than ``if_match`` names."""

    current_version: int | None = None
    """The version that there is."""


class Invalid(ProblemError):
    """422: the content is not valid; ``errors`` has the fields."""


class RateLimited(ProblemError):
    """429: too many requests. Nothing was done."""


class Unavailable(ProblemError):
    """502, 503, 504: the service cannot answer now."""


_BY_STATUS: dict[int, type[ProblemError]] = {
    401: Unauthenticated, 403: Forbidden, 404: NotFound, 409: Conflict, 412: PreconditionFailed, 422: Invalid, 429: RateLimited,
    502: Unavailable, 503: Unavailable, 504: Unavailable,
}


def error_of(status: int, headers: Mapping[str, str], body: bytes, retry_after: float | None) -> ProblemError:
    """The error of an answer that is a refusal."""
    problem = _read_problem(status, body, headers.get("x-correlation-id", ""))
    kind = ResyncRequired if problem["code"] == "resync_required" else _BY_STATUS.get(status, ProblemError)
    error = kind(problem, retry_after)
    if isinstance(error, PreconditionFailed):
        tag = re.fullmatch(r'"(\d+)"', headers.get("etag", ""))
        error.current_version = problem.get("currentVersion") or (int(tag[1]) if tag else None)
    return error


def resync_of(revision: int) -> ResyncRequired:
    """The error of an event that says so."""
    error = ResyncRequired({
        "type": "urn:agent-management:problem:resync_required", "title": "Gone", "status": 410, "code": "resync_required",
        "detail": "The tenant has no such revision any more; read everything anew.", "correlationId": "", "errors": [],
    })
    error.revision = revision
    return error


def _read_problem(status: int, body: bytes, correlation_id: str) -> Problem:
    """The problem that an answer holds; one made of its status where something else than the service answered."""
    problem: dict[str, Any] = {
        "type": "about:blank", "title": f"HTTP {status}", "status": status, "code": f"http_{status}",
        "detail": "The answer has no description.", "correlationId": correlation_id, "errors": [],
    }
    try:
        told: Any = json.loads(body)
    except ValueError:
        # A proxy's page.
        told = None
    if isinstance(told, dict) and isinstance(cast(dict[str, Any], told).get("code"), str):
        problem |= cast(dict[str, Any], told) | {"status": status}
    return cast(Problem, problem)
