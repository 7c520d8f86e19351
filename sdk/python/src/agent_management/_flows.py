"""What the client does, without doing it: generators that yield what is to be sent, read or waited for, and are told what came of it.

So that the client that blocks and the one that is awaited decide alike; only who drives a flow differs.
"""

from __future__ import annotations

import codecs
import email.utils
import json
import random
import re
import threading
import uuid
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar
from urllib.parse import quote, urlencode

from .errors import AgentManagementError, ConnectionFailed, ProblemError, TenantMismatch, error_of, resync_of

T = TypeVar("T")
API = "/api/v1"
RETRIED = (429, 502, 503, 504)
FIRST_DELAY = 0.25
MAX_DELAY = 5.0
MAX_FEED_DELAY = 30.0


@dataclass(frozen=True)
class Answered:
    """What ``on_answer`` is told of an answer. Never a token nor a body."""

    method: str
    path: str
    status: int
    attempt: int
    correlation_id: str
    replayed: bool
    """The service had done this write before, under the same idempotency key."""


@dataclass(frozen=True)
class Settings:
    """What both clients are made with."""

    url: str
    retries: int = 3
    max_retry_after: float = 60
    timeout: float = 30
    max_known_agents: int = 200
    on_answer: Callable[[Answered], None] | None = None


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    token: str
    headers: Mapping[str, str]
    body: bytes | None
    timeout: float
    is_stream: bool = False


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    """By their names in lower case."""
    body: bytes = b""
    stream: Any = None
    """What is read on from; of a stream that the service agreed to only."""

    def json(self) -> Any:
        return json.loads(self.body)


# What a flow yields.


@dataclass(frozen=True)
class GetToken:
    pass


@dataclass(frozen=True)
class Now:
    pass


@dataclass(frozen=True)
class Sleep:
    seconds: float


@dataclass(frozen=True)
class ReadStream:
    """The next bytes; none at the end."""

    stream: Any
    timeout: float


@dataclass(frozen=True)
class CloseStreams:
    """All that the flow has opened; at its end that is done anyway."""


@dataclass(frozen=True)
class Load:
    """The text that is stored, or None."""

    key: str


@dataclass(frozen=True)
class Save:
    key: str
    make_text: Callable[[], str]


@dataclass(frozen=True)
class Emit:
    """Something for whoever reads the flow."""

    item: Any


Effect = GetToken | Now | Sleep | Request | ReadStream | CloseStreams | Load | Save | Emit
Flow = Generator[Effect, Any, T]


@dataclass
class Call:
    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict[str, Any])
    headers: dict[str, str] = field(default_factory=dict[str, str])
    body: Any = None
    content_type: str = "application/json"
    accept: str = "application/json"
    is_safe: bool = False
    """Whether repeating it can do no harm."""
    is_stream: bool = False
    token: str | None = None
    """Instead of asking for one."""


@dataclass(frozen=True)
class Write:
    """What a caller says of a write."""

    if_match: int | None = None
    key: str | Literal[False] | None = None
    merge: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class _KnownAnswer:
    token: str
    etag: str
    body: bytes


class Flows:
    """Requests with the token, again where that is safe, and refusals as errors."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        # The one used last at the end. The tenant is the token's: what one token has read, another is not given.
        self._known: dict[str, _KnownAnswer] = {}
        self._lock = threading.Lock()

    def send(self, call: Call) -> Flow[Answer]:
        """Sends a request, again where that is safe."""
        attempt = 0
        while True:
            attempt += 1
            is_last = not call.is_safe or attempt > self.settings.retries
            failure: AgentManagementError
            try:
                answer = yield from self._attempt(call, attempt)
                if 200 <= answer.status < 300 or answer.status == 304:
                    return answer
                failure = error_of(answer.status, answer.headers, answer.body, (yield from self._retry_after(answer.headers)))
                if is_last or answer.status not in RETRIED:
                    raise failure
            except ConnectionFailed as error:
                if is_last:
                    raise
                failure = error
            delay = self.delay(attempt, failure, MAX_DELAY)
            if delay is None:
                raise failure
            yield Sleep(delay)

    def write(self, call: Call, write: Write) -> Flow[Answer]:
        """Sends a write, under a key where it may be repeated."""
        key = write.key if write.key is not None else (str(uuid.uuid4()) if self.settings.retries > 0 else False)
        if key is not False:
            call.headers["Idempotency-Key"] = key
            call.is_safe = True
        if write.if_match is not None:
            call.headers["If-Match"] = f'"{write.if_match}"'
        if write.merge:
            call.headers["Prefer"] = "merge=fields"
        if write.dry_run:
            call.query = {**call.query, "dryRun": True}
        return (yield from self.send(call))

    def write_json(self, call: Call, write: Write) -> Flow[Any]:
        answer = yield from self.write(call, write)
        return None if answer.status == 204 else answer.json()

    def read(self, path: str, query: Mapping[str, Any] | None = None) -> Flow[Any]:
        answer = yield from self.send(Call("GET", path, query or {}, is_safe=True))
        return answer.json()

    def read_known(self, path: str) -> Flow[Any]:
        """Reads what was perhaps read before, with its ETag."""
        token: str = yield GetToken()
        known = self._known.get(path)
        if known and known.token != token:
            known = None
        headers = {"If-None-Match": known.etag} if known else {}
        answer = yield from self.send(Call("GET", path, headers=headers, is_safe=True, token=token))
        body = known.body if known and answer.status == 304 else answer.body
        with self._lock:
            self._known.pop(path, None)
            if (etag := answer.headers.get("etag")) and self.settings.max_known_agents > 0:
                self._known[path] = _KnownAnswer(token, etag, body)
            while len(self._known) > self.settings.max_known_agents:
                self._known.pop(next(iter(self._known)))
        return json.loads(body)

    def pages(self, path: str, query: Mapping[str, Any]) -> Flow[None]:
        """Emits the pages of a list."""
        cursor = None
        while True:
            page = yield from self.read(path, {**query, "cursor": cursor})
            yield Emit(page)
            cursor = page["nextCursor"]
            if cursor is None:
                return

    def items(self, path: str, query: Mapping[str, Any]) -> Flow[None]:
        """Emits what is on all pages of a list."""
        yield from each(self.pages(path, query), lambda page: emit_all(page["items"]))

    def export(self) -> Flow[None]:
        """Emits the lines of an export."""
        answer = yield from self.send(
            Call("GET", f"{API}/export", accept="application/x-ndjson", is_safe=True, is_stream=True))
        rest = b""
        while data := (yield ReadStream(answer.stream, self.settings.timeout)):
            *lines, rest = (rest + data).split(b"\n")
            yield from emit_all(json.loads(line) for line in lines if line.strip())
        if rest.strip():
            raise ConnectionFailed("The export was cut off.")

    def wait_for_task(self, task_id: str) -> Flow[Any]:
        delay = 0.1
        while True:
            task = yield from self.read(f"{API}/tasks{one(task_id)}")
            if task["status"] in ("completed", "failed"):
                return task
            yield Sleep(delay)
            delay = min(MAX_DELAY, delay * 2)

    def delay(self, attempt: int, failure: BaseException, longest: float) -> float | None:
        """The seconds to wait before trying again: as the service says, or longer each time; None when that is too long."""
        asked = failure.retry_after if isinstance(failure, ProblemError) else None
        if asked is not None:
            return asked if asked <= self.settings.max_retry_after else None
        return float(min(longest, FIRST_DELAY * 2 ** min(attempt - 1, 20)) * random.uniform(0.5, 1))

    def _attempt(self, call: Call, attempt: int) -> Flow[Answer]:
        token: str = call.token if call.token is not None else (yield GetToken())
        headers = {"Authorization": f"Bearer {token}", "Accept": call.accept, **call.headers}
        body = None
        if call.body is not None:
            headers["Content-Type"] = call.content_type
            body = call.body if isinstance(call.body, bytes) else json.dumps(call.body).encode()
        answer: Answer = yield Request(
            call.method, call.path + query_of(call.query), token, headers, body, self.settings.timeout, call.is_stream)
        if self.settings.on_answer:
            self.settings.on_answer(Answered(
                call.method, call.path, answer.status, attempt, answer.headers.get("x-correlation-id", ""),
                answer.headers.get("idempotency-replayed") == "true"))
        return answer

    def _retry_after(self, headers: Mapping[str, str]) -> Flow[float | None]:
        text = headers.get("retry-after")
        if text is None:
            return None
        if re.fullmatch(r"\d+", text):
            return float(text)
        try:
            at = email.utils.parsedate_to_datetime(text).timestamp()
        except ValueError:
            return None
        return float(max(0.0, at - (yield Now())))


@dataclass
class FeedHooks:
    """What a reader of the feed inside this client does, beside taking the changes."""

    connecting: Callable[[str], Flow[None]] | None = None
    """Before each connection, with the token that it is made with."""
    ready: Callable[[int], Flow[None]] | None = None
    """The connection is there; the tenant is at this revision."""
    heard: Callable[[], Flow[None]] | None = None
    """The service has said something."""
    broken: Callable[[AgentManagementError], None] | None = None
    """The connection is gone, and is tried again."""


def feed(
    flows: Flows, since: int | None = None, notices: bool = False, silence: float = 45, hooks: FeedHooks | None = None,
) -> Flow[None]:
    """Emits the changes after a revision, each once, in order. After a break it comes back with the last revision."""
    hooks = hooks or FeedHooks()
    tenant: str | None = None
    was_ready = False
    attempt = 0
    while True:
        attempt += 1
        failure: AgentManagementError = ConnectionFailed("The stream ended.")
        try:
            token: str = yield GetToken()
            if hooks.connecting:
                yield from hooks.connecting(token)
            # Without a revision the service says with which it begins.
            headers = {} if since is None else {"Last-Event-ID": str(since)}
            answer = yield from flows.send(
                Call("GET", f"{API}/changes", headers=headers, accept="text/event-stream", is_stream=True, token=token))
            events = EventReader()
            while data := (yield ReadStream(answer.stream, silence)):
                if hooks.heard:
                    yield from hooks.heard()
                for event, text in events.take(data):
                    message = json.loads(text)
                    if event == "ready":
                        since = message["revision"] if since is None else since
                        was_ready, attempt = True, 0
                        if hooks.ready:
                            yield from hooks.ready(message.get("head", message["revision"]))
                    elif event == "resync_required":
                        raise resync_of(message["revision"])
                    elif message["type"] in ("change", "notice"):
                        tenant = tenant or message["tenant_id"]
                        if message["tenant_id"] != tenant:
                            raise TenantMismatch("The feed has become another tenant's.")
                        if message["type"] == "notice":
                            if notices:
                                yield Emit(message)
                        elif since is None or message["revision"] > since:
                            # What comes twice is passed over.
                            yield Emit(message)
                            since = message["revision"]
        except (ConnectionFailed, ProblemError) as error:
            if not is_passing(error, was_ready):
                raise
            failure = error
        yield CloseStreams()
        if hooks.broken:
            hooks.broken(failure)
        delay = flows.delay(max(1, attempt), failure, MAX_FEED_DELAY)
        if delay is None:
            raise failure
        yield Sleep(delay)


def each(flow: Flow[None], handle: Callable[[Any], Flow[None]]) -> Flow[None]:
    """Does something with each item that a flow emits."""
    told: Any = None
    error: Exception | None = None
    try:
        while True:
            try:
                effect = flow.send(told) if error is None else flow.throw(error)
            except StopIteration:
                return
            told, error = None, None
            if isinstance(effect, Emit):
                yield from handle(effect.item)
                continue
            try:
                told = yield effect
            except Exception as failure:
                error = failure
    finally:
        flow.close()


def emit_all(items: Iterable[Any]) -> Flow[None]:
    for item in items:
        yield Emit(item)


def is_passing(error: BaseException, was_ready: bool = False) -> bool:
    """Whether it may be different the next time. A service that has not seen the former connection end counts it still: 409."""
    return isinstance(error, ConnectionFailed) or isinstance(error, ProblemError) and (
        error.status in RETRIED or was_ready and error.code == "quota_exceeded")


class EventReader:
    """Server-sent events out of bytes, as the HTML standard reads them."""

    def __init__(self) -> None:
        # A byte order mark may stand before the first event.
        self._is_first = True
        self._rest = b""
        self._event = ""
        self._data: list[str] = []

    def take(self, data: bytes) -> Iterable[tuple[str, str]]:
        """Events that are whole with these bytes: name and data."""
        text = self._rest + (data.removeprefix(codecs.BOM_UTF8) if self._is_first else data)
        self._is_first = False
        # A line's end may be cut in two.
        lines = re.split(rb"\r\n|\n|\r(?!$)", text)
        self._rest = lines.pop()
        for line in lines:
            if not line:
                if self._data:
                    yield self._event or "message", "\n".join(self._data)
                self._event, self._data = "", []
                continue
            name, _, value = line.decode("utf-8", "replace").partition(":")
            value = value.removeprefix(" ")
            if name == "event":
                self._event = value
            elif name == "data":
                self._data.append(value)


def query_of(query: Mapping[str, Any]) -> str:
    pairs: list[tuple[str, str]] = []
    for name, value in query.items():
        items: list[Any] = [*value] if isinstance(value, (list, tuple)) else [value]
        pairs += [(name, str(item).lower() if isinstance(item, bool) else str(item)) for item in items if item is not None]
    return f"?{urlencode(pairs)}" if pairs else ""


def one(identifier: str) -> str:
    return f"/{quote(identifier, safe='')}"


def lines_of(lines: Iterable[Mapping[str, Any]]) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def flags(**members: bool) -> dict[str, Any]:
    """The query of those that are set."""
    return {name: True for name, value in members.items() if value}


def told(**members: Any) -> dict[str, Any] | None:
    """A body of what was said; None when nothing was."""
    return {name: value for name, value in members.items() if value is not None} or None
