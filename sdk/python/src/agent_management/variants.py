"""Which versions a label has for a key, chosen here: the key is told to nobody."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from .errors import Invalid
from .models import VersionRuleResponse

_BUCKETS = 100_000


@dataclass(frozen=True)
class ChosenVersion:
    """The version that a key has."""

    version: int
    variant: str
    """stable or candidate."""


def bucket_of(seed: str, key: str) -> int:
    """A key's place among 100,000: those below the weight of a rollout have its candidate. As the service computes it."""
    fields = [field.encode() for field in ("rollout/1", seed, key)]
    # Each with its length, so that no two of them run together to the same text.
    text = b"".join(b"%d:%s;" % (len(field), field) for field in fields)
    return int.from_bytes(hashlib.sha256(text).digest()[:4], "big") * _BUCKETS >> 32


def choose_version(rule: VersionRuleResponse, key: str | None) -> ChosenVersion | None:
    """The version for a key; None when there is none for it.

    Raises Invalid (key_missing) when a rollout is under way and there is no key: nobody gets a version by chance.
    """
    stable = None if rule["stable"] is None else ChosenVersion(rule["stable"], "stable")
    if rule["candidate"] is None or rule["seed"] is None:
        return stable
    if not key:
        raise Invalid({
            "type": "urn:agent-management:problem:key_missing", "title": "Unprocessable Content", "status": 422, "code": "key_missing",
            "detail": "A rollout is under way: say by which key its variant is chosen.", "correlationId": "", "errors": [],
        })
    return ChosenVersion(rule["candidate"], "candidate") if bucket_of(rule["seed"], key) < rule["weight"] else stable
