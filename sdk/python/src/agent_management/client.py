"""The client that blocks."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict, Unpack

from . import models
from ._sync import Clock, ConfigurationStore, SyncDriver, SystemClock
from ._flows import API, Answered, Call, Flows, Settings, Write, feed, flags, lines_of, one, told
from .configurations import ConfigurationCache, CacheOptions, Runtime
from .errors import AgentManagementError

Key = str | Literal[False]


class WriteOptions(TypedDict):
    """What may be said of any write."""

    if_match: NotRequired[int | None]
    """The version that must be the current one; PreconditionFailed otherwise."""
    key: NotRequired[Key | None]
    """The idempotency key: made by the client unless said; False for none: the write is then never repeated."""
    merge: NotRequired[bool]
    """With if_match on replace and patch: put the edit over what others changed since."""


class AgentManagement:
    """A client of the Agent Management Service. The tenant is the token's.

    url: where the service is, ``https://agents.example.com``.
    token: a bearer token or an API key, or what gets one: asked before each request.
    retries: how often a request is tried again; with 0 nothing is repeated and no idempotency key is made.
    max_retry_after: the longest Retry-After, in seconds, that is waited for; beyond it the error comes at once.
    timeout: the seconds that one attempt may take.
    max_known_agents: how many agents are kept to be asked for with If-None-Match.
    on_answer: told of each answer, for logs and measurements.
    """

    def __init__(
        self, url: str, token: str | Callable[[], str], *, retries: int = 3, max_retry_after: float = 60, timeout: float = 30,
        max_known_agents: int = 200, on_answer: Callable[[Answered], None] | None = None, clock: Clock | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        settings = Settings(url.rstrip("/"), retries, max_retry_after, timeout, max_known_agents, on_answer)
        self._flows = Flows(settings)
        self._driver = SyncDriver(settings.url, token, clock or SystemClock(), ssl_context)
        self.agents = Agents(self._driver, self._flows)
        self.templates = Templates(self._driver, self._flows)
        self.tasks = Tasks(self._driver, self._flows)

    def tenant(self) -> models.TenantResponse:
        """Tier, limits, use and revision of the tenant."""
        tenant: models.TenantResponse = self._driver.run(self._flows.read(f"{API}/tenant"))
        return tenant

    def changes(self, since: int | None = None, *, notices: bool = False, silence: float = 45) -> Iterator[models.EventMessage]:
        """The tenant's changes after a revision, each once, in order; it comes back by itself after a break.

        Without since, from now on. With notices also what tasks tell of the moment. After so many seconds of silence the connection
        counts as broken. Raises ResyncRequired when everything has to be read anew.
        """
        return self._driver.iterate(feed(self._flows, since, notices, silence))

    def configurations(
        self, tenant: str, *, store: ConfigurationStore | None = None, silence: float = 45,
        on_change: Callable[[str, models.AgentResponse | None], None] | None = None,
        on_error: Callable[[AgentManagementError], None] | None = None, runtime: Runtime | None = None,
    ) -> ConfigurationCache:
        """A cache of this tenant's agents that follows their changes; a token of another tenant is refused.

        store: where to start from when the service is away. on_change: told of each agent that has changed, with None of one that is
        gone. on_error: told of what goes wrong in the background, and is tried again. runtime: as whom the cache says which versions it
        gives out, every 20 seconds.
        """
        return ConfigurationCache(self._driver, self._flows, CacheOptions(tenant, silence, on_change, on_error, runtime), store)


class _Writes:
    def __init__(self, driver: SyncDriver, flows: Flows, is_dry_run: bool = False) -> None:
        self._driver = driver
        self._flows = flows
        self._is_dry_run = is_dry_run

    def _write(
        self, method: str, path: str, body: Any, options: WriteOptions, *, query: Mapping[str, Any] | None = None,
        content_type: str = "application/json",
    ) -> Any:
        call = Call(method, f"{API}/agents{path}", query or {}, body=body, content_type=content_type)
        return self._driver.run(self._flows.write_json(call, Write(**options, dry_run=self._is_dry_run)))


class DryRuns(_Writes):
    """What a write would do; nothing is changed."""

    def create(self, content: models.AgentContent, **options: Unpack[WriteOptions]) -> models.DryRunResponse:
        """Makes an agent, as a draft."""
        return self._write("POST", "", content, options)

    def replace(self, agent_id: str, content: models.AgentContent, **options: Unpack[WriteOptions]) -> models.DryRunResponse:
        """Replaces an agent's content; makes the agent when it is absent."""
        return self._write("PUT", one(agent_id), content, options)

    def patch(self, agent_id: str, patch: Mapping[str, Any], **options: Unpack[WriteOptions]) -> models.DryRunResponse:
        """Changes a part of an agent's content by a JSON merge patch: None removes a member."""
        return self._write("PATCH", one(agent_id), patch, options, content_type="application/merge-patch+json")

    def delete(
        self, agent_id: str, *, purge: bool = False, force: bool = False, **options: Unpack[WriteOptions],
    ) -> models.DryRunResponse:
        """Archives an agent; with purge, removes an archived one for good; with force, also when others refer to it (administrators)."""
        return self._write("DELETE", one(agent_id), None, options, query=flags(purge=purge, force=force))

    def restore(self, agent_id: str, **options: Unpack[WriteOptions]) -> models.DryRunResponse:
        """Brings an archived agent back."""
        return self._write("POST", f"{one(agent_id)}/restore", None, options)

    def activate(self, agent_id: str, *, reason: str | None = None, **options: Unpack[WriteOptions]) -> models.DryRunResponse:
        """Makes an agent live."""
        return self._write("POST", f"{one(agent_id)}/activate", told(reason=reason), options)

    def deactivate(self, agent_id: str, *, reason: str | None = None, **options: Unpack[WriteOptions]) -> models.DryRunResponse:
        """Takes an agent out of service."""
        return self._write("POST", f"{one(agent_id)}/deactivate", told(reason=reason), options)

    def clone(self, agent_id: str, name: str, *, new_id: str | None = None, **options: Unpack[WriteOptions]) -> models.DryRunResponse:
        """Makes a draft with the content of another agent."""
        return self._write("POST", f"{one(agent_id)}/clone", told(name=name, id=new_id), options)

    def roll_back(
        self, agent_id: str, to_version: int, *, note: str | None = None, **options: Unpack[WriteOptions],
    ) -> models.DryRunResponse:
        """Makes a new version with the content of an old one."""
        return self._write("POST", f"{one(agent_id)}/rollback", told(toVersion=to_version, note=note), options)

    def upgrade(
        self, agent_id: str, request: models.UpgradeRequest | None = None, **options: Unpack[WriteOptions],
    ) -> models.DryRunResponse:
        """Brings an agent to another version of its template."""
        return self._write("POST", f"{one(agent_id)}/upgrade", request, options)


class Agents(_Writes):
    def __init__(self, driver: SyncDriver, flows: Flows) -> None:
        super().__init__(driver, flows)
        self.dry_run = DryRuns(driver, flows, is_dry_run=True)

    def get(self, agent_id: str, *, version: int | None = None) -> models.AgentResponse:
        """An agent with its configuration. One that was read before is asked for with its ETag."""
        path = f"{API}/agents{one(agent_id)}" + (f"/versions/{version}" if version is not None else "")
        agent: models.AgentResponse = self._driver.run(self._flows.read_known(path))
        return agent

    def list(
        self, *, status: models.AgentStatus | None = None, type: models.AgentType | None = None, tag: Iterable[str] = (),
        q: str | None = None, sort: str | None = None, limit: int | None = None, **filters: Any,
    ) -> Iterator[models.AgentSummaryResponse]:
        """All agents that match, page by page."""
        return self._driver.iterate(self._flows.items(
            f"{API}/agents", {"status": status, "type": type, "tag": [*tag], "q": q, "sort": sort, "limit": limit, **filters}))

    def pages(self, **query: Any) -> Iterator[models.AgentListResponse]:
        """The pages of the agents that match, with how many there are in all."""
        return self._driver.iterate(self._flows.pages(f"{API}/agents", query))

    def versions(self, agent_id: str) -> Iterator[models.VersionResponse]:
        """The versions of an agent, newest first."""
        return self._driver.iterate(self._flows.items(f"{API}/agents{one(agent_id)}/versions", {}))

    def diff(self, agent_id: str, from_version: int, to_version: int) -> Sequence[models.DifferenceResponse]:
        """What changed from one version to another."""
        path = f"{API}/agents{one(agent_id)}/versions/{from_version}/diff/{to_version}"
        differences: Sequence[models.DifferenceResponse] = self._driver.run(self._flows.read(path))
        return differences

    def risks(self, agent_id: str, from_version: int, to_version: int) -> Sequence[models.RiskResponse]:
        """What it means that one version became another, the gravest first."""
        path = f"{API}/agents{one(agent_id)}/versions/{from_version}/diff/{to_version}/risks"
        risks: Sequence[models.RiskResponse] = self._driver.run(self._flows.read(path))
        return risks

    def validate(self, content: models.AgentContent) -> models.ValidationResponse:
        """What a write of this content would be refused or warned for."""
        answer = self._driver.run(self._flows.send(Call("POST", f"{API}/agents/validate", body=content, is_safe=True)))
        validation: models.ValidationResponse = answer.json()
        return validation

    def create(self, content: models.AgentContent, **options: Unpack[WriteOptions]) -> models.AgentResponse:
        """Makes an agent, as a draft."""
        return self._write("POST", "", content, options)

    def replace(self, agent_id: str, content: models.AgentContent, **options: Unpack[WriteOptions]) -> models.AgentResponse:
        """Replaces an agent's content; makes the agent when it is absent."""
        return self._write("PUT", one(agent_id), content, options)

    def patch(self, agent_id: str, patch: Mapping[str, Any], **options: Unpack[WriteOptions]) -> models.AgentResponse:
        """Changes a part of an agent's content by a JSON merge patch: None removes a member."""
        return self._write("PATCH", one(agent_id), patch, options, content_type="application/merge-patch+json")

    def delete(
        self, agent_id: str, *, purge: bool = False, force: bool = False, **options: Unpack[WriteOptions],
    ) -> None:
        """Archives an agent; with purge, removes an archived one for good; with force, also when others refer to it (administrators)."""
        self._write("DELETE", one(agent_id), None, options, query=flags(purge=purge, force=force))

    def restore(self, agent_id: str, **options: Unpack[WriteOptions]) -> models.AgentResponse:
        """Brings an archived agent back."""
        return self._write("POST", f"{one(agent_id)}/restore", None, options)

    def activate(self, agent_id: str, *, reason: str | None = None, **options: Unpack[WriteOptions]) -> models.AgentResponse:
        """Makes an agent live."""
        return self._write("POST", f"{one(agent_id)}/activate", told(reason=reason), options)

    def deactivate(self, agent_id: str, *, reason: str | None = None, **options: Unpack[WriteOptions]) -> models.AgentResponse:
        """Takes an agent out of service."""
        return self._write("POST", f"{one(agent_id)}/deactivate", told(reason=reason), options)

    def clone(self, agent_id: str, name: str, *, new_id: str | None = None, **options: Unpack[WriteOptions]) -> models.AgentResponse:
        """Makes a draft with the content of another agent."""
        return self._write("POST", f"{one(agent_id)}/clone", told(name=name, id=new_id), options)

    def roll_back(
        self, agent_id: str, to_version: int, *, note: str | None = None, **options: Unpack[WriteOptions],
    ) -> models.AgentResponse:
        """Makes a new version with the content of an old one."""
        return self._write("POST", f"{one(agent_id)}/rollback", told(toVersion=to_version, note=note), options)

    def upgrade(self, agent_id: str, request: models.UpgradeRequest | None = None, **options: Unpack[WriteOptions]) -> models.AgentResponse:
        """Brings an agent to another version of its template."""
        return self._write("POST", f"{one(agent_id)}/upgrade", request, options)


class Templates:
    def __init__(self, driver: SyncDriver, flows: Flows) -> None:
        self._driver = driver
        self._flows = flows

    def list(self, *, scope: models.TemplateScope | None = None) -> Sequence[models.TemplateSummaryResponse]:
        """The system's templates and the tenant's own."""
        answer: models.TemplateListResponse = self._driver.run(self._flows.read(f"{API}/templates", {"scope": scope}))
        return answer["items"]

    def get(self, template_id: str, *, version: int | None = None) -> models.TemplateResponse:
        """A template, at its newest version unless another is named."""
        path = f"{API}/templates{one(template_id)}" + (f"/versions/{version}" if version is not None else "")
        template: models.TemplateResponse = self._driver.run(self._flows.read(path))
        return template

    def create(self, content: models.TemplateContent, **options: Unpack[WriteOptions]) -> models.TemplateResponse:
        """Makes a template."""
        template: models.TemplateResponse = self._write("POST", "", content, options)
        return template

    def replace(self, template_id: str, content: models.TemplateContent, **options: Unpack[WriteOptions]) -> models.TemplateResponse:
        """Replaces a template's content; makes the template when it is absent. Agents made from it stay as they are."""
        template: models.TemplateResponse = self._write("PUT", one(template_id), content, options)
        return template

    def delete(self, template_id: str, *, force: bool = False, **options: Unpack[WriteOptions]) -> None:
        """Deletes a template with all its versions; with force, also when agents are made from it (administrators)."""
        self._write("DELETE", one(template_id), None, options, flags(force=force))

    def instantiate(
        self, template_id: str, request: models.InstantiateRequest, **options: Unpack[WriteOptions],
    ) -> models.AgentResponse:
        """Makes an agent from a template, as a draft."""
        agent: models.AgentResponse = self._write("POST", f"{one(template_id)}/instantiate", request, options)
        return agent

    def _write(
        self, method: str, path: str, body: Any, options: WriteOptions, query: Mapping[str, Any] | None = None,
    ) -> Any:
        call = Call(method, f"{API}/templates{path}", query or {}, body=body)
        return self._driver.run(self._flows.write_json(call, Write(**options)))


class Tasks:
    """What goes on in the background, and the tenant's agents out and in again."""

    def __init__(self, driver: SyncDriver, flows: Flows) -> None:
        self._driver = driver
        self._flows = flows

    def list(self) -> Sequence[models.TaskResponse]:
        """The newest tasks."""
        answer: models.TaskListResponse = self._driver.run(self._flows.read(f"{API}/tasks"))
        return answer["items"]

    def get(self, task_id: str) -> models.TaskResponse:
        task: models.TaskResponse = self._driver.run(self._flows.read(f"{API}/tasks{one(task_id)}"))
        return task

    def start(self, kind: Literal["revalidate", "purge", "tools", "files"], **options: Unpack[WriteOptions]) -> models.TaskResponse:
        """Starts a task that takes no data."""
        call = Call("POST", f"{API}/tasks", body={"kind": kind})
        task: models.TaskResponse = self._driver.run(self._flows.write_json(call, Write(**options)))
        return task

    def wait(self, task_id: str) -> models.TaskResponse:
        """Waits until a task has completed or failed."""
        task: models.TaskResponse = self._driver.run(self._flows.wait_for_task(task_id))
        return task

    def export_lines(self) -> Iterator[models.ExportLine]:
        """All files and then all agents but the archived, a line each.

        Raises ConnectionFailed when it was cut off: what came before is not all.
        """
        return self._driver.iterate(self._flows.export())

    def import_lines(self, lines: bytes | Iterable[Mapping[str, Any]], **options: Unpack[WriteOptions]) -> models.TaskResponse:
        """Starts a task that makes or replaces an agent for each line."""
        body = lines if isinstance(lines, bytes) else lines_of(lines)
        call = Call("POST", f"{API}/import", body=body, content_type="application/x-ndjson")
        task: models.TaskResponse = self._driver.run(self._flows.write_json(call, Write(**options)))
        return task
