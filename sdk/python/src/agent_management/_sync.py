"""Drives flows on the caller's thread, over http.client."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast
from urllib.parse import urlsplit

from ._flows import Answer, CloseStreams, Effect, Emit, Flow, GetToken, Load, Now, ReadStream, Request, Save, Sleep
from .errors import ConnectionFailed

T = TypeVar("T")
CHUNK = 65_536


class Clock(Protocol):
    """Where the client has the time from; tests have one of their own."""

    def now(self) -> float:
        """Seconds since 1970."""
        ...

    def sleep(self, seconds: float, stopped: threading.Event) -> None:
        """Waits; not longer than until that is set."""
        ...


class SystemClock:
    def now(self) -> float:
        return time.time()

    def sleep(self, seconds: float, stopped: threading.Event) -> None:
        stopped.wait(seconds)


class ConfigurationStore(Protocol):
    """Where a cache is kept while nobody runs."""

    def load(self, key: str) -> str | None: ...

    def save(self, key: str, text: str) -> None: ...


class Stopped(Exception):
    """Whoever drives the flow wants no more of it."""


@dataclass(frozen=True)
class _Stream:
    response: http.client.HTTPResponse
    socket: socket.socket
    connection: http.client.HTTPConnection
    control: Control

    def close(self) -> None:
        self.control.forget(self.socket)
        self.response.close()
        self.connection.close()


class SyncDriver:
    """Does what flows yield. Each request has a connection of its own: one that was kept may be closed when a write is sent on it."""

    def __init__(self, url: str, token: str | Callable[[], str], clock: Clock, ssl_context: ssl.SSLContext | None) -> None:
        self._address = urlsplit(url)
        if self._address.scheme not in ("http", "https") or not self._address.hostname:
            raise ValueError("The url must begin with http:// or https://, and a host.")
        self._token = token
        self._clock = clock
        self._ssl = ssl_context

    def run(self, flow: Flow[T], control: Control | None = None) -> T:
        """Drives a flow to its end."""
        runs = self._drive(flow, control or Control())
        while True:
            try:
                next(runs)
            except StopIteration as end:
                return cast(T, end.value)

    def iterate(self, flow: Flow[None]) -> Iterator[Any]:
        """What a flow emits."""
        return self._drive(flow, Control())

    def _drive(self, flow: Flow[T], control: Control) -> Iterator[Any]:
        streams: list[_Stream] = []
        told: Any = None
        error: BaseException | None = None
        try:
            while True:
                try:
                    with control.lock:
                        effect = flow.send(told) if error is None else flow.throw(error)
                except StopIteration as end:
                    return end.value
                told, error = None, None
                if isinstance(effect, Emit):
                    yield effect.item
                    continue
                try:
                    if control.stopped.is_set():
                        raise Stopped
                    told = self._perform(effect, control, streams)
                except Exception as failure:
                    error = Stopped() if control.stopped.is_set() else failure
        finally:
            flow.close()
            for stream in streams:
                stream.close()

    def _perform(self, effect: Effect, control: Control, streams: list[_Stream]) -> Any:
        match effect:
            case Request():
                return self._send(effect, control, streams)
            case ReadStream():
                return self._read(effect)
            case CloseStreams():
                for stream in streams:
                    stream.close()
                streams.clear()
            case GetToken():
                return self._token if isinstance(self._token, str) else self._token()
            case Now():
                return self._clock.now()
            case Sleep():
                self._clock.sleep(effect.seconds, control.stopped)
            case Load():
                return control.store.load(effect.key) if control.store else None
            case Save():
                control.save(effect)
            case Emit():
                # Taken by whoever drives.
                pass
        return None

    def _send(self, request: Request, control: Control, streams: list[_Stream]) -> Answer:
        deadline = time.monotonic() + request.timeout
        connection = self._connect(request.timeout)
        is_kept = False
        wire: socket.socket | None = None
        try:
            connection.connect()
            # Kept aside: http.client lets go of it when the service wants to close.
            wire = cast(socket.socket, connection.sock)
            control.watch(wire)
            connection.request(request.method, self._address.path.rstrip("/") + request.path, request.body, dict(request.headers))
            wire.settimeout(max(0.001, deadline - time.monotonic()))
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            if request.is_stream and 200 <= response.status < 300:
                is_kept = True
                stream = _Stream(response, wire, connection, control)
                streams.append(stream)
                return Answer(response.status, headers, stream=stream)
            body = b""
            while data := _read_some(response):
                body += data
                wire.settimeout(max(0.001, deadline - time.monotonic()))
            return Answer(response.status, headers, body)
        except (OSError, http.client.HTTPException) as error:
            raise ConnectionFailed(_describe(error)) from error
        finally:
            if not is_kept:
                if wire is not None:
                    control.forget(wire)
                connection.close()

    @staticmethod
    def _read(effect: ReadStream) -> bytes:
        stream: _Stream = effect.stream
        try:
            stream.socket.settimeout(effect.timeout)
            return _read_some(stream.response)
        except (OSError, http.client.HTTPException) as error:
            raise ConnectionFailed(_describe(error)) from error

    def _connect(self, timeout: float) -> http.client.HTTPConnection:
        host = cast(str, self._address.hostname)
        if self._address.scheme == "http":
            return http.client.HTTPConnection(host, self._address.port, timeout=timeout)
        return http.client.HTTPSConnection(
            host, self._address.port, timeout=timeout, context=self._ssl or ssl.create_default_context())


class Control:
    """How others have a say in a flow that is driven: its state is theirs in between, and they may end it."""

    def __init__(self, store: ConfigurationStore | None = None) -> None:
        self.lock = threading.RLock()
        self.stopped = threading.Event()
        self.store = store
        self._saving = threading.Lock()
        self._open: set[socket.socket] = set()

    def watch(self, wire: socket.socket) -> None:
        with self.lock:
            self._open.add(wire)
            if self.stopped.is_set():
                self.stop()

    def forget(self, wire: socket.socket) -> None:
        with self.lock:
            self._open.discard(wire)

    def stop(self) -> None:
        """Ends what is driven: what it waits for, too."""
        self.stopped.set()
        with self.lock:
            for wire in self._open:
                # It may be closed already.
                with contextlib.suppress(OSError):
                    wire.shutdown(socket.SHUT_RDWR)

    def save(self, effect: Save) -> None:
        if self.store is None:
            return
        # In this order, so that an older text is never written after a newer one.
        with self._saving:
            with self.lock:
                text = effect.make_text()
            self.store.save(effect.key, text)


def _read_some(response: http.client.HTTPResponse) -> bytes:
    data = response.read1(CHUNK)
    if not data and response.length:
        raise http.client.IncompleteRead(b"", response.length)
    return data


def _describe(error: Exception) -> str:
    return "The service did not answer in time." if isinstance(error, TimeoutError) else "The connection failed."
