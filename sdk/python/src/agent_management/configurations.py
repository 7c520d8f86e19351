"""Caches of agents that follow their changes, and start from disk when the service is away."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import hashlib
import json
import math
import os
import tempfile
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ._async import AsyncDriver, AsyncStore
from ._flows import API, Answer, Call, CloseStreams, FeedHooks, Flow, Flows, GetToken, Load, Now, Save, Sleep, each, feed, is_passing, one
from ._sync import ConfigurationStore, Control, Stopped, SyncDriver
from .errors import AgentManagementError, NotFound, ResyncRequired, TenantMismatch
from .models import AgentResponse, LabelRulesResponse, VersionRuleResponse
from .variants import ChosenVersion, choose_version

RETRY_DELAY = 5.0
SAVE_INTERVAL = 5.0
REPORT_INTERVAL = 20.0


@dataclass(frozen=True)
class Known:
    """An agent as a cache has it."""

    agent: AgentResponse
    age: float
    """The seconds since it was last known to be the current one."""
    is_live: bool
    """Whether the cache hears of changes now. If not, the agent may have changed since."""


@dataclass(frozen=True)
class LabelledAgent:
    """An agent at the version that a label has; its status is the one that it has now."""

    agent: AgentResponse
    variant: str
    """stable or candidate."""
    release: str
    """The release that brought the version to the label."""


@dataclass(frozen=True)
class LabelledAgents:
    """Agents at the versions that a label has for a key, all of one revision of the label."""

    label_revision: int
    items: Sequence[LabelledAgent]
    missing: Sequence[str]
    """Those that the label does not have, or that are gone."""
    age: float
    """The seconds since the label's revision, and the agents' status, were last known to be the current ones."""
    is_live: bool
    """Whether the cache hears of changes now. If not, the label may have changed since."""


@dataclass(frozen=True)
class Runtime:
    """Who runs what a cache gives out."""

    instance: str
    """The runtime's name, the same as long as it lives, such as that of a pod."""
    label: str | None = None
    """The label whose versions it runs; None for the current ones."""


@dataclass(frozen=True)
class CacheOptions:
    tenant: str
    silence: float = 45
    on_change: Callable[[str, AgentResponse | None], None] | None = None
    on_error: Callable[[AgentManagementError], None] | None = None
    runtime: Runtime | None = None


class FileStore:
    """Keeps caches as files of one folder, readable by their owner only."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self._folder = Path(folder)

    def load(self, key: str) -> str | None:
        try:
            return (self._folder / f"{key}.json").read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def save(self, key: str, text: str) -> None:
        """The file is the old one or the new one, never a part."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=self._folder, prefix=f"{key}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, self._folder / f"{key}.json")
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(part)
            raise


@dataclass
class _Entry:
    agent: AgentResponse
    read_at: float


@dataclass
class _Label:
    rules: LabelRulesResponse
    etag: str
    read_at: float
    by_agent: dict[str, VersionRuleResponse] = field(init=False)

    def __post_init__(self) -> None:
        self.by_agent = {rule["agent"]: rule for rule in self.rules["items"]}


@dataclass
class _Reading:
    """That something is being read now."""

    is_outdated: bool = field(default=False)
    """The feed told of it meanwhile."""


class CacheFlows:
    """What both caches know and do."""

    def __init__(self, flows: Flows, options: CacheOptions) -> None:
        self._flows = flows
        self._options = options
        self._service = flows.settings.url
        # Tells services and tenants apart; a file's name.
        self._key = hashlib.sha256(f"{self._service}\n{options.tenant}".encode()).hexdigest()[:32]
        self._entries: dict[str, _Entry] = {}
        self._labels: dict[str, _Label] = {}
        # Versions that labels have, and that are not the current ones.
        self._versions: dict[tuple[str, int], AgentResponse] = {}
        # By their paths.
        self._reading: dict[str, list[_Reading]] = {}
        self._revision: int | None = None
        self._confirmed_at = 0.0
        self._saved_at = 0.0
        # The revision from which on it has handled all that happened before.
        self._target = math.inf
        self._verified: str | None = None
        # The agents that were asked for of the runtime's label.
        self._run: set[str] = set()
        self.refusal: AgentManagementError | None = None

    @property
    def is_live(self) -> bool:
        return self._revision is not None and self._revision >= self._target

    def follow(self, begun: Callable[[], None]) -> Flow[None]:
        """Takes up what is stored, and follows the changes from there."""
        self._take_up((yield Load(self._key)))
        has_begun = False

        def ready(revision: int) -> Flow[None]:
            self._target = revision
            yield from self._confirm()
            begun()

        def broken(error: AgentManagementError) -> None:
            self._target = math.inf
            begun()
            self._tell(error)

        hooks = FeedHooks(connecting=self._verify, ready=ready, heard=self._confirm, broken=broken)
        while True:
            try:
                if self._revision is None:
                    yield from self._read_anew()
                has_begun = True
                yield from each(feed(self._flows, self._revision, silence=self._options.silence, hooks=hooks), self._handle)
            except ResyncRequired:
                self._target = math.inf
                self._revision = None
                yield CloseStreams()
            except AgentManagementError as error:
                self._target = math.inf
                yield CloseStreams()
                if isinstance(error, TenantMismatch) or not has_begun and not is_passing(error):
                    self.refusal = error
                    return
                has_begun = True
                self._tell(error)
                begun()
                yield Sleep(RETRY_DELAY)

    def get(self, agent_id: str) -> Flow[Known]:
        if isinstance(self.refusal, TenantMismatch):
            raise self.refusal
        entry = self._entries.get(agent_id) or (yield from self._read(agent_id))
        return Known(copy.deepcopy(entry.agent), (yield from self._age_of(entry.read_at)), self.is_live)

    def resolve(self, label: str, ids: Iterable[str], key: str | None) -> Flow[LabelledAgents]:
        if isinstance(self.refusal, TenantMismatch):
            raise self.refusal
        known = self._labels.get(label) or (yield from self._read_rules(label))
        chosen: list[tuple[str, VersionRuleResponse | None, ChosenVersion | None]] = []
        for agent_id in dict.fromkeys(ids):
            rule = known.by_agent.get(agent_id)
            chosen.append((agent_id, rule, choose_version(rule, key) if rule else None))
        if self._options.runtime and label == self._options.runtime.label:
            self._run.update(agent_id for agent_id, _, choice in chosen if choice)
        items: list[LabelledAgent] = []
        missing: list[str] = []
        oldest = known.read_at
        for agent_id, rule, choice in chosen:
            current = (yield from self._find_current(agent_id)) if choice else None
            agent = (yield from self._find_version(current.agent, choice.version)) if choice and current else None
            if agent is None or current is None or choice is None or rule is None:
                missing.append(agent_id)
                continue
            items.append(LabelledAgent(agent, choice.variant, rule["release"]))
            oldest = min(oldest, current.read_at)
        return LabelledAgents(known.rules["revision"], items, missing, (yield from self._age_of(oldest)), self.is_live)

    def report(self) -> Flow[None]:
        """Says again and again what the runtime runs. What does not arrive is said with the next."""
        while self._options.runtime:
            try:
                body = yield from self._running(self._options.runtime.label)
                yield from self._flows.send(Call("PUT", self._runtime_path(), body=body, is_safe=True))
            except AgentManagementError as error:
                self._tell(error)
            yield Sleep(REPORT_INTERVAL)

    def end_report(self) -> Flow[None]:
        """Says that the runtime ends. Of one that has never been heard there is nothing to end."""
        if self._options.runtime:
            try:
                yield from self._flows.send(Call("DELETE", self._runtime_path()))
            except NotFound:
                pass
            except AgentManagementError as error:
                self._tell(error)

    def save(self) -> Flow[None]:
        if self._revision is not None:
            yield Save(self._key, self._text)
            self._saved_at = yield Now()

    def end(self) -> None:
        self._target = math.inf

    def _running(self, label: str | None) -> Flow[dict[str, Any]]:
        """Of a label both versions that it has of what was asked for, as either may be given out."""
        if label is None:
            applied = [{"agent": each.agent["id"], "version": each.agent["version"]} for each in self._entries.values()]
            return {"sdk": "python", "applied": applied}
        known = self._labels.get(label) or (yield from self._read_rules(label))
        applied = [
            {"agent": rule["agent"], "version": version} for rule in known.rules["items"] if rule["agent"] in self._run
            for version in (rule["stable"], rule["candidate"]) if version is not None
        ]
        return {"sdk": "python", "label": label, "labelRevision": known.rules["revision"], "applied": applied}

    def _runtime_path(self) -> str:
        runtime = self._options.runtime
        return f"/internal/v1/tenants{one(self._options.tenant)}/runtimes{one(runtime.instance if runtime else '')}"

    def _read_anew(self) -> Flow[None]:
        """The tenant's revision first: what changes while the agents are read comes after it."""
        token: str = yield GetToken()
        revision = yield from self._ask_tenant(token)
        for agent_id in list(self._entries):
            yield from self._refresh(agent_id)
        for label in list(self._labels):
            yield from self._refresh_rules(label)
        self._revision = revision
        yield from self.save()

    def _handle(self, change: Any) -> Flow[None]:
        if change["tenant_id"] != self._options.tenant:
            raise TenantMismatch("The feed is another tenant's.")
        agent_id = change["data"].get("agent_id")
        if agent_id is not None:
            self._outdate(_path_of(agent_id))
        entry = self._entries.get(agent_id)
        # A mark of the service, as that a tool was retired, may make no version: only an older version is passed over.
        is_news = entry is not None and change["data"].get("version", math.inf) >= entry.agent["version"]
        if is_news:
            yield from self._refresh(agent_id)
        label = change["data"].get("label")
        if label is not None:
            self._outdate(self._rules_path_of(label))
            if label in self._labels:
                is_news = True
                yield from self._refresh_rules(label)
        # Only now: what was not handled comes again.
        self._revision = change["revision"]
        yield from self._confirm()
        if is_news or (yield Now()) - self._saved_at >= SAVE_INTERVAL:
            yield from self.save()

    def _refresh(self, agent_id: str) -> Flow[None]:
        agent: AgentResponse | None = None
        try:
            agent = (yield from self._read(agent_id)).agent
        except NotFound:
            self._entries.pop(agent_id, None)
        if self._options.on_change:
            self._options.on_change(agent_id, copy.deepcopy(agent))

    def _refresh_rules(self, label: str) -> Flow[None]:
        try:
            yield from self._read_rules(label)
        except NotFound:
            self._labels.pop(label, None)

    def _outdate(self, path: str) -> None:
        for reading in self._reading.get(path, []):
            reading.is_outdated = True

    def _read(self, agent_id: str) -> Flow[_Entry]:
        answer, read_at = yield from self._read_current(_path_of(agent_id))
        entry = _Entry(answer.json(), read_at)
        known = self._entries.get(agent_id)
        # Two may read it at once: what the later answer says stays.
        if known is None or known.read_at <= read_at:
            self._entries[agent_id] = entry
        yield from self.save()
        return entry

    def _read_rules(self, label: str) -> Flow[_Label]:
        former = self._labels.get(label)
        answer, read_at = yield from self._read_current(
            self._rules_path_of(label), {"If-None-Match": former.etag} if former and former.etag else {})
        if former and answer.status == 304:
            entry = _Label(former.rules, former.etag, read_at)
        else:
            entry = _Label(answer.json(), answer.headers.get("etag", ""), read_at)
        known = self._labels.get(label)
        if known is None or known.read_at <= read_at:
            self._labels[label] = entry
        needed = {
            (rule["agent"], version) for each in self._labels.values() for rule in each.rules["items"]
            for version in (rule["stable"], rule["candidate"])
        }
        self._versions = {key: agent for key, agent in self._versions.items() if key in needed}
        yield from self.save()
        return entry

    def _find_current(self, agent_id: str) -> Flow[_Entry | None]:
        try:
            return self._entries.get(agent_id) or (yield from self._read(agent_id))
        except NotFound:
            return None

    def _find_version(self, current: AgentResponse, version: int) -> Flow[AgentResponse | None]:
        """The agent with the content of a version, which stays as it is, and the status of now, which is above all labels."""
        if current["version"] == version:
            return copy.deepcopy(current)
        kept = self._versions.get((current["id"], version))
        if kept is None:
            try:
                answer, _ = yield from self._read_current(f"{_path_of(current['id'])}/versions/{version}")
            except NotFound:
                return None
            kept = self._versions[current["id"], version] = answer.json()
            yield from self.save()
        agent: AgentResponse = copy.deepcopy(kept)
        agent["status"], agent["degraded"] = current["status"], list(current.get("degraded", []))
        return agent

    def _read_current(self, path: str, headers: dict[str, str] | None = None) -> Flow[tuple[Answer, float]]:
        """Reads it again when the feed tells of it meanwhile."""
        reading = _Reading()
        self._reading.setdefault(path, []).append(reading)
        try:
            while True:
                reading.is_outdated = False
                token: str = yield GetToken()
                yield from self._verify(token)
                read_at: float = yield Now()
                answer = yield from self._flows.send(Call("GET", path, headers={**(headers or {})}, is_safe=True, token=token))
                if not reading.is_outdated:
                    return answer, read_at
        finally:
            self._reading[path].remove(reading)
            if not self._reading[path]:
                del self._reading[path]

    def _rules_path_of(self, label: str) -> str:
        return f"/internal/v1/tenants{one(self._options.tenant)}/labels{one(label)}/rules"

    def _age_of(self, read_at: float) -> Flow[float]:
        return max(0.0, (yield Now()) - max(read_at, self._confirmed_at))

    def _verify(self, token: str) -> Flow[None]:
        """Asks once for each token whose it is."""
        if token != self._verified:
            yield from self._ask_tenant(token)

    def _ask_tenant(self, token: str) -> Flow[int]:
        answer = yield from self._flows.send(Call("GET", f"{API}/tenant", is_safe=True, token=token))
        tenant = answer.json()
        if tenant["id"] != self._options.tenant:
            self.refusal = TenantMismatch("The token is another tenant's.")
            raise self.refusal
        self._verified = token
        return int(tenant["revision"])

    def _confirm(self) -> Flow[None]:
        if self.is_live:
            self._confirmed_at = yield Now()

    def _tell(self, error: AgentManagementError) -> None:
        if self._options.on_error:
            self._options.on_error(error)

    def _text(self) -> str:
        return json.dumps({
            "format": 1, "service": self._service, "tenant": self._options.tenant, "revision": self._revision,
            "confirmedAt": self._confirmed_at,
            "agents": [{"agent": entry.agent, "readAt": entry.read_at} for entry in self._entries.values()],
            "labels": [{"rules": each.rules, "etag": each.etag, "readAt": each.read_at} for each in self._labels.values()],
            "versions": list(self._versions.values()),
        })

    def _take_up(self, text: str | None) -> None:
        """Of a file that is not whole nothing is taken."""
        try:
            stored = json.loads(text or "null")
            if (stored["format"], stored["service"], stored["tenant"]) != (1, self._service, self._options.tenant):
                return
            entries = {each["agent"]["id"]: _Entry(each["agent"], each["readAt"]) for each in stored["agents"]}
            labels = {each["rules"]["label"]: _Label(each["rules"], each["etag"], each["readAt"]) for each in stored.get("labels", [])}
            versions = {(each["id"], each["version"]): each for each in stored.get("versions", [])}
            self._revision, self._confirmed_at = stored["revision"], stored["confirmedAt"]
            self._entries, self._labels, self._versions = entries, labels, versions
        except (ValueError, TypeError, KeyError):
            return


def _path_of(agent_id: str) -> str:
    return f"{API}/agents{one(agent_id)}"


class ConfigurationCache:
    """Agents that were asked for once, and are kept as they change, by a thread of the cache's own; of labels, too.

    While the service is away the last ones known are given, with their age.
    """

    def __init__(self, driver: SyncDriver, flows: Flows, options: CacheOptions, store: ConfigurationStore | None) -> None:
        self._driver = driver
        self._cache = CacheFlows(flows, options)
        self._control = Control(store)
        self._begun = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="agent-management-cache", daemon=True)
        self._report_control = self._reads()
        self._reporter = threading.Thread(target=self._report, name="agent-management-runtime", daemon=True)
        self._failure: BaseException | None = None

    @property
    def is_live(self) -> bool:
        """Whether it hears of changes now, and has handled all that happened before."""
        return self._cache.is_live

    def start(self) -> ConfigurationCache:
        """Takes up what is stored, and follows the changes from there. Returns when it does, or when the service is away.

        Raises ProblemError when the service refuses the token, TenantMismatch when it is another tenant's.
        """
        self._thread.start()
        self._begun.wait()
        if failure := self._failure or self._cache.refusal:
            raise failure
        self._reporter.start()
        return self

    def get(self, agent_id: str) -> Known:
        """An agent: the one that is known, or else read from the service.

        Raises NotFound when there is none, ConnectionFailed when the service is away and it is not known.
        """
        return self._driver.run(self._cache.get(agent_id), self._reads())

    def resolve(self, label: str, ids: Iterable[str], key: str | None = None) -> LabelledAgents:
        """Agents at the versions that a label has for a key: a user, a conversation, an account.

        It is chosen here, by rules that are kept as they change: the key is told to nobody. Raises Invalid (key_missing) when there is
        no key and a rollout is under way, NotFound when there is no such label, ConnectionFailed when the service is away and something
        of it is not known.
        """
        return self._driver.run(self._cache.resolve(label, ids, key), self._reads())

    def close(self) -> None:
        """Ends it, and stores what it has."""
        self._control.stop()
        self._report_control.stop()
        for thread in (self._thread, self._reporter):
            if thread.ident is not None:
                thread.join()
        self._cache.end()
        last = Control(self._control.store)
        if self._reporter.ident is not None:
            self._driver.run(self._cache.end_report(), last)
        self._driver.run(self._cache.save(), last)

    def __enter__(self) -> ConfigurationCache:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _reads(self) -> Control:
        reads = Control(self._control.store)
        reads.lock = self._control.lock
        return reads

    def _report(self) -> None:
        with contextlib.suppress(Stopped):
            self._driver.run(self._cache.report(), self._report_control)

    def _follow(self) -> None:
        try:
            self._driver.run(self._cache.follow(self._begun.set), self._control)
        except Stopped:
            pass
        except BaseException as error:
            self._failure = error
            self._cache.end()
        finally:
            self._begun.set()


class AsyncConfigurationCache:
    """Agents that were asked for once, and are kept as they change, by a task of the cache's own; of labels, too.

    While the service is away the last ones known are given, with their age.
    """

    def __init__(self, driver: AsyncDriver, flows: Flows, options: CacheOptions, store: ConfigurationStore | None) -> None:
        self._driver = driver
        self._cache = CacheFlows(flows, options)
        self._store = AsyncStore(store) if store else None
        self._following: asyncio.Task[None] | None = None
        self._reporting: asyncio.Task[None] | None = None

    @property
    def is_live(self) -> bool:
        """Whether it hears of changes now, and has handled all that happened before."""
        return self._cache.is_live

    async def start(self) -> AsyncConfigurationCache:
        """As ConfigurationCache.start."""
        begun = asyncio.Event()
        self._following = asyncio.create_task(self._driver.run(self._cache.follow(begun.set), self._store))
        self._following.add_done_callback(lambda _: begun.set())
        await begun.wait()
        if self._following.done():
            self._following.result()
        if self._cache.refusal:
            raise self._cache.refusal
        self._reporting = asyncio.create_task(self._driver.run(self._cache.report(), self._store))
        return self

    async def get(self, agent_id: str) -> Known:
        """As ConfigurationCache.get."""
        return await self._driver.run(self._cache.get(agent_id), self._store)

    async def resolve(self, label: str, ids: Iterable[str], key: str | None = None) -> LabelledAgents:
        """As ConfigurationCache.resolve."""
        return await self._driver.run(self._cache.resolve(label, ids, key), self._store)

    async def close(self) -> None:
        """Ends it, and stores what it has."""
        for task in (self._following, self._reporting):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await task
        self._cache.end()
        if self._reporting is not None:
            await self._driver.run(self._cache.end_report(), self._store)
        await self._driver.run(self._cache.save(), self._store)

    async def __aenter__(self) -> AsyncConfigurationCache:
        return await self.start()

    async def __aexit__(self, *exception: object) -> None:
        await self.close()
