"""Drives flows on an event loop, over asyncio's streams: the standard library has no HTTP client that can be awaited."""

from __future__ import annotations

import asyncio
import http.client
import io
import ssl
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, Protocol, TypeVar, cast
from urllib.parse import urlsplit

from ._flows import Answer, CloseStreams, Effect, Emit, Flow, GetToken, Load, Now, ReadStream, Request, Save, Sleep
from ._sync import CHUNK, ConfigurationStore
from .errors import ConnectionFailed

T = TypeVar("T")
MAX_LINE = 65_536


class AsyncClock(Protocol):
    """Where the client has the time from; tests have one of their own."""

    def now(self) -> float:
        """Seconds since 1970."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class AsyncSystemClock:
    def now(self) -> float:
        return time.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _Cut(Exception):
    """The answer ended before its end, or is no HTTP."""


class _Exchange:
    """One request and its answer, on a connection of their own (RFC 9112)."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        # Of the body, or of its chunk: None where only the connection's end ends it.
        self._left: int | None = None
        self._is_chunked = False
        self._is_done = False
        self.status = 0
        self.headers: dict[str, str] = {}

    async def send(self, request: Request, host: str, prefix: str) -> None:
        headers = {"Host": host, "Connection": "close", "Accept-Encoding": "identity", **request.headers}
        if request.body is not None or request.method in ("POST", "PUT", "PATCH"):
            headers["Content-Length"] = str(len(request.body or b""))
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._writer.write(f"{request.method} {prefix}{request.path} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + (request.body or b""))
        await self._writer.drain()
        while self.status < 200:
            await self._read_head()
        self._is_chunked = self.headers.get("transfer-encoding", "").lower() == "chunked"
        self._is_done = self.status in (204, 304)
        if self._is_chunked:
            self._left = 0
        elif (length := self.headers.get("content-length")) is not None:
            self._left = int(length)

    async def read_some(self) -> bytes:
        """The next bytes of the body; none at its end."""
        if self._is_done:
            return b""
        if self._left == 0 and (not self._is_chunked or not await self._read_chunk_head()):
            self._is_done = True
            return b""
        data = await self._reader.read(CHUNK if self._left is None else min(CHUNK, self._left))
        if self._left is None:
            self._is_done = not data
            return data
        if not data:
            raise _Cut
        self._left -= len(data)
        if self._left == 0 and self._is_chunked:
            await self._read_line()
        return data

    async def read_all(self) -> bytes:
        parts: list[bytes] = []
        while data := await self.read_some():
            parts.append(data)
        return b"".join(parts)

    def close(self) -> None:
        self._writer.close()

    async def _read_head(self) -> None:
        version, _, rest = (await self._read_line()).decode("latin-1").partition(" ")
        if not version.startswith("HTTP/1.") or not rest[:3].isdigit():
            raise _Cut
        self.status = int(rest[:3])
        lines: list[bytes] = []
        while line := await self._read_line():
            lines.append(line)
        fields = http.client.parse_headers(io.BytesIO(b"\r\n".join(lines) + b"\r\n\r\n"))
        self.headers = {name.lower(): value for name, value in fields.items()}

    async def _read_chunk_head(self) -> bool:
        size = (await self._read_line()).partition(b";")[0].strip()
        try:
            self._left = int(size, 16)
        except ValueError:
            raise _Cut from None
        if self._left == 0:
            while await self._read_line():
                pass
        return self._left > 0

    async def _read_line(self) -> bytes:
        line = await self._reader.readline()
        if not line.endswith(b"\n"):
            raise _Cut
        return line.rstrip(b"\r\n")


class AsyncDriver:
    """Does what flows yield."""

    def __init__(
        self, url: str, token: str | Callable[[], str | Awaitable[str]], clock: AsyncClock, ssl_context: ssl.SSLContext | None,
    ) -> None:
        self._address = urlsplit(url)
        if self._address.scheme not in ("http", "https") or not self._address.hostname:
            raise ValueError("The url must begin with http:// or https://, and a host.")
        self._token = token
        self._clock = clock
        self._ssl: ssl.SSLContext | None = None
        if self._address.scheme == "https":
            self._ssl = ssl_context or ssl.create_default_context()

    async def run(self, flow: Flow[T], store: AsyncStore | None = None) -> T:
        """Drives a flow to its end."""
        result: list[Any] = []
        async for _ in self._drive(flow, store, result):
            pass
        return cast(T, result[0])

    def iterate(self, flow: Flow[None]) -> AsyncGenerator[Any, None]:
        """What a flow emits."""
        return self._drive(flow, None, [])

    async def _drive(self, flow: Flow[T], store: AsyncStore | None, result: list[Any]) -> AsyncGenerator[Any, None]:
        streams: list[_Exchange] = []
        told: Any = None
        error: Exception | None = None
        try:
            while True:
                try:
                    effect = flow.send(told) if error is None else flow.throw(error)
                except StopIteration as end:
                    result.append(end.value)
                    return
                told, error = None, None
                if isinstance(effect, Emit):
                    yield effect.item
                    continue
                try:
                    told = await self._perform(effect, store, streams)
                except Exception as failure:
                    error = failure
        finally:
            flow.close()
            for stream in streams:
                stream.close()

    async def _perform(self, effect: Effect, store: AsyncStore | None, streams: list[_Exchange]) -> Any:
        match effect:
            case Request():
                return await self._send(effect, streams)
            case ReadStream():
                return await _in_time(effect.stream.read_some(), effect.timeout)
            case CloseStreams():
                for stream in streams:
                    stream.close()
                streams.clear()
            case GetToken():
                token = self._token if isinstance(self._token, str) else self._token()
                return token if isinstance(token, str) else await token
            case Now():
                return self._clock.now()
            case Sleep():
                await self._clock.sleep(effect.seconds)
            case Load():
                return await store.load(effect.key) if store else None
            case Save():
                if store:
                    await store.save(effect)
            case Emit():
                # Taken by whoever drives.
                pass
        return None

    async def _send(self, request: Request, streams: list[_Exchange]) -> Answer:
        if any(sign in value for value in request.headers.values() for sign in "\r\n"):
            raise ValueError("A header has a line's end in it.")
        opened: list[_Exchange] = []
        is_kept = False
        try:
            answer = await _in_time(self._exchange(request, opened), request.timeout)
            is_kept = answer.stream is not None
            streams += opened if is_kept else []
            return answer
        finally:
            if not is_kept:
                for exchange in opened:
                    exchange.close()

    async def _exchange(self, request: Request, opened: list[_Exchange]) -> Answer:
        host = cast(str, self._address.hostname)
        port = self._address.port or (443 if self._ssl else 80)
        exchange = _Exchange(*await asyncio.open_connection(host, port, ssl=self._ssl, limit=MAX_LINE))
        opened.append(exchange)
        await exchange.send(request, self._address.netloc.rpartition("@")[2], self._address.path.rstrip("/"))
        if request.is_stream and 200 <= exchange.status < 300:
            return Answer(exchange.status, exchange.headers, stream=exchange)
        return Answer(exchange.status, exchange.headers, await exchange.read_all())


class AsyncStore:
    """A store as a cache on an event loop uses it: files are not the loop's business."""

    def __init__(self, store: ConfigurationStore) -> None:
        self._store = store
        self._saving = asyncio.Lock()

    async def load(self, key: str) -> str | None:
        return await asyncio.to_thread(self._store.load, key)

    async def save(self, effect: Save) -> None:
        # In this order, so that an older text is never written after a newer one.
        async with self._saving:
            await asyncio.to_thread(self._store.save, effect.key, effect.make_text())


async def _in_time(work: Awaitable[T], timeout: float) -> T:
    try:
        async with asyncio.timeout(timeout):
            return await work
    except TimeoutError as error:
        raise ConnectionFailed("The service did not answer in time.") from error
    except (OSError, _Cut, EOFError, ValueError) as error:
        raise ConnectionFailed("The connection failed.") from error
