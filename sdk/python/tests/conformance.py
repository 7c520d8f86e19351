"""Plays the cases of sdk/conformance with this SDK."""

import asyncio
import contextlib
import dataclasses
import inspect
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import uuid
from pathlib import Path

SUITE = Path(__file__).resolve().parents[2] / "conformance"
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

import agent_management as sdk  # noqa: E402

CASES = json.loads((SUITE / "cases.json").read_text(encoding="utf-8"))["cases"]

KINDS = {
    "unauthenticated": sdk.Unauthenticated, "forbidden": sdk.Forbidden, "not_found": sdk.NotFound, "conflict": sdk.Conflict,
    "resync_required": sdk.ResyncRequired, "precondition_failed": sdk.PreconditionFailed, "invalid": sdk.Invalid,
    "rate_limited": sdk.RateLimited, "unavailable": sdk.Unavailable, "problem": sdk.ProblemError, "connection": sdk.ConnectionFailed,
    "tenant_mismatch": sdk.TenantMismatch,
}

# As the suite calls them, and as this SDK does.
NAMES = {
    "retries": "retries", "maxRetryAfterSeconds": "max_retry_after", "timeoutSeconds": "timeout", "silenceSeconds": "silence",
    "currentVersion": "current_version", "correlationId": "correlation_id", "retryAfterSeconds": "retry_after", "ageSeconds": "age",
    "isLive": "is_live", "ifMatch": "if_match",
}

CALLS = {
    "getTenant": lambda client, step: client.tenant(),
    "getAgent": lambda client, step: client.agents.get(step["id"], version=step.get("version")),
    "listAgents": lambda client, step: list(client.agents.list(**step["query"])),
    "listAgentVersions": lambda client, step: list(client.agents.versions(step["id"])),
    "compareAgentVersions": lambda client, step: client.agents.diff(step["id"], step["from"], step["to"]),
    "validateAgent": lambda client, step: client.agents.validate(step["body"]),
    "createAgent": lambda client, step: writes(client, step).create(step["body"], **options(step)),
    "replaceAgent": lambda client, step: writes(client, step).replace(step["id"], step["body"], **options(step)),
    "patchAgent": lambda client, step: writes(client, step).patch(step["id"], step["body"], **options(step)),
    "deleteAgent": lambda client, step: writes(client, step).delete(step["id"], **options(step, "purge", "force")),
    "deleteTemplate": lambda client, step: client.templates.delete(step["id"], **options(step, "force")),
    "activateAgent": lambda client, step: writes(client, step).activate(step["id"], **options(step, "reason")),
    "deactivateAgent": lambda client, step: writes(client, step).deactivate(step["id"], **options(step)),
    "rollBackAgent": lambda client, step: writes(client, step).roll_back(step["id"], step["toVersion"], **options(step, "note")),
    "getTemplate": lambda client, step: client.templates.get(step["id"]),
    "createTemplate": lambda client, step: client.templates.create(step["body"], **options(step)),
    "instantiateTemplate": lambda client, step: client.templates.instantiate(step["id"], step["body"], **options(step)),
    "exportAgents": lambda client, step: list(client.tasks.export_lines()),
    "importAgents": lambda client, step: client.tasks.wait(client.tasks.import_lines(step["lines"], **options(step))["id"]),
}


def writes(client, step):
    return client.agents.dry_run if step.get("dryRun") else client.agents


def options(step, *further):
    return {NAMES.get(name, name): step[name] for name in ("ifMatch", "key", "merge", *further) if name in step}


class TestClock:
    """A clock that goes on when somebody waits."""

    def __init__(self):
        self.waits = []
        self._now = 1_769_851_800.0  # 2026-01-31T09:30:00Z

    def now(self):
        return self._now

    def advance(self, seconds):
        self._now += seconds

    def sleep(self, seconds, stopped):
        self.waits.append(seconds)
        self._now += seconds
        stopped.wait(0.005)


class AwaitedClock(TestClock):
    async def sleep(self, seconds):
        self.waits.append(seconds)
        self._now += seconds
        await asyncio.sleep(0.005)


class Awaited:
    """The client that is awaited, or a part of it, as one that blocks: its coroutines run on a loop of a thread of its own."""

    loop = None

    def __init__(self, target):
        self._target = target

    def __getattr__(self, name):
        value = getattr(self._target, name)
        return Awaited._call_of(value) if callable(value) else Awaited(value) if hasattr(value, "__dict__") else value

    @classmethod
    def _call_of(cls, function):
        def call(*arguments, **named):
            async def on_loop():
                result = function(*arguments, **named)
                return await result if inspect.isawaitable(result) else result

            result = cls.run(on_loop())
            if hasattr(result, "__aiter__"):
                return cls._iterate(result)
            return Awaited(result) if isinstance(result, sdk.AsyncConfigurationCache) else result
        return call

    @classmethod
    def _iterate(cls, items):
        try:
            while True:
                try:
                    yield cls.run(anext(items))
                except StopAsyncIteration:
                    return
        finally:
            cls.run(items.aclose())

    @classmethod
    def run(cls, awaitable):
        if cls.loop is None:
            cls.loop = asyncio.new_event_loop()
            threading.Thread(target=cls.loop.run_forever, daemon=True).start()

        async def wait():
            return await awaitable
        return asyncio.run_coroutine_threadsafe(wait(), cls.loop).result(60)


class Play:
    """One case as it is played: its client, and what its steps share."""

    def __init__(self, case, service, is_async):
        self.case, self.service = case, service
        self.token_name, self.replayed = "one", False
        self.cache, self.folder, self.watched = None, None, []
        self.clock = None if service.is_live else AwaitedClock() if is_async else TestClock()
        kind = sdk.AsyncAgentManagement if is_async else sdk.AgentManagement
        client = kind(
            service.url, lambda: service.token(self.token_name), on_answer=self._answered, clock=self.clock,
            **{NAMES[name]: value for name, value in case.get("client", {}).items()})
        self.client = Awaited(client) if is_async else client

    def run(self):
        try:
            for number, step in enumerate(self.case["steps"], 1):
                try:
                    self._step(step)
                except Exception as error:
                    raise AssertionError(f"step {number}, {json.dumps(step)}: {type(error).__name__}: {error}") from error
        finally:
            if self.cache:
                self.cache.close()
            if self.folder:
                shutil.rmtree(self.folder)

    def _answered(self, answer):
        self.replayed = answer.replayed

    def _step(self, step):
        waited = len(self.clock.waits) if self.clock else 0
        if "call" in step:
            check(step, lambda: CALLS[step["call"]](self.client, step))
        elif "follow" in step:
            self._follow(step)
        elif "watch" in step:
            threading.Thread(target=self._watch, args=(step["watch"],), daemon=True).start()
        elif "watched" in step:
            until(lambda: expect(self.watched == step["watched"], f"watched is {self.watched}"))
        elif "cache" in step:
            self._use_cache(step)
        elif "release" in step:
            self.service.release(step["release"])
        elif "token" in step:
            self.token_name = step["token"]
        elif "advance" in step:
            self.clock.advance(step["advance"])
        elif "service" in step:
            self.service.control(step["service"])
        else:
            raise AssertionError("The step is not known.")
        if "waits" in step:
            check_within(step["waits"], self.clock.waits[waited:], "waits")
        if "replayed" in step:
            expect(self.replayed == step["replayed"], f"replayed is {self.replayed}")

    def _changes(self, given):
        return self.client.changes(**{NAMES.get(name, name): value for name, value in given.items()})

    def _follow(self, step):
        revisions = []

        def read():
            with contextlib.closing(self._changes(step["follow"])) as changes:
                for change in changes:
                    revisions.append(change["revision"])
                    if len(revisions) == step["take"]:
                        return

        check({"error": step["error"]} if "error" in step else {}, read)
        expect(revisions == step["revisions"], f"revisions are {revisions}")

    def _watch(self, given):
        """Beside the steps that follow."""
        try:
            for change in self._changes(given):
                self.watched.append(change["revision"])
        except Exception as error:
            self.watched.append(repr(error))

    def _use_cache(self, step):
        match step["cache"]:
            case "open":
                if step.get("disk"):
                    self.folder = self.folder or tempfile.mkdtemp(prefix="conformance-")
                tenant = self.service.tenant(self.token_name) or step["tenant"]
                self.cache = self.client.configurations(
                    tenant, store=sdk.FileStore(self.folder) if step.get("disk") else None,
                    runtime=sdk.Runtime(step["runtime"]) if "runtime" in step else None)
                check({"error": step["error"]} if "error" in step else {}, self.cache.start)
            case "get" if "known" in step:
                self._check_known(step["id"], step["known"])
            case "get":
                until(lambda: self._check_known(step["id"], step["until"]))
            case "resolve" if "until" in step:
                until(lambda: self._check_resolved(step, step["until"]))
            case "resolve":
                self._check_resolved(step, step)
            case "begin":
                self.begun = []
                self.reader = threading.Thread(target=lambda: self.begun.append(self.cache.get(step["id"])))
                self.reader.start()
            case "end":
                self.reader.join(30)
                check_within(step["known"], known_of(self.begun[0]), "known")
            case "close":
                self.cache.close()
                self.cache = None

    def _check_known(self, agent_id, wanted):
        if "error" in wanted:
            check(wanted, lambda: self.cache.get(agent_id))
        else:
            check_within(wanted, known_of(self.cache.get(agent_id)), "known")

    def _check_resolved(self, step, wanted):
        wanted = {"error": wanted["error"]} if "error" in wanted else {"result": wanted["resolved"]}
        check(wanted, lambda: resolved_of(self.cache.resolve(step["label"], step["ids"], step.get("key"))))


class ScriptedServer:
    """The server of the scripted cases."""

    is_live = False

    def __init__(self):
        node = shutil.which("node")
        if node is None:
            raise FileNotFoundError("The scripted cases need Node.js for their server.")
        self._process = subprocess.Popen(
            [node, SUITE / "server.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = self._process.stdout.readline().strip()

    def token(self, name):
        return name

    def tenant(self, name):
        return None

    def begin(self, name):
        send("PUT", f"{self.url}/control/cases/{name}")

    def release(self, gate):
        send("PUT", f"{self.url}/control/gates/{gate}")

    def report(self):
        return json.loads(send("GET", f"{self.url}/control/report"))

    def stop(self):
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


class LiveService:
    """A service that runs, whose tenants are this play's own."""

    is_live = True

    def __init__(self):
        self.url = os.environ.get("CONFORMANCE_SERVICE")
        self._control = os.environ.get("CONFORMANCE_CONTROL")
        self._prefix = f"p{uuid.uuid4().hex[:8]}"
        self._tokens = {}

    def tenant(self, name):
        return f"{self._prefix}-{name}"

    def token(self, name):
        """Asked for once: the service may be away later."""
        if name not in self._tokens:
            body = {"tenant": self.tenant(name), "role": "admin", "tier": "enterprise"}
            self._tokens[name] = json.loads(send("POST", f"{self.url}/dev/token", body))["token"]
        return self._tokens[name]

    def control(self, action):
        send("POST", f"{self._control}/{action}", {})


def send(method, url, body=None):
    request = urllib.request.Request(
        url, method=method, data=None if body is None else json.dumps(body).encode(), headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return answer.read()


def check(step, call):
    try:
        result = call()
    except Exception as error:
        if "error" not in step:
            raise
        wanted = dict(step["error"])
        if kind := wanted.pop("kind", None):
            expect(isinstance(error, KINDS[kind]), f"the error is {error!r}")
        for name, each in wanted.items():
            check_within(each, getattr(error, NAMES.get(name, name)), name)
        return
    expect("error" not in step, f"there is no error, but {result!r}")
    if "result" in step:
        check_within(step["result"], result, "result")


def check_within(wanted, value, path):
    """Whether a value has all that is wanted, and perhaps more members; {min, max} bound a number."""
    if isinstance(wanted, dict) and isinstance(value, (int, float)) and not isinstance(value, bool):
        expect(wanted.get("min", 0) <= value <= wanted.get("max", float("inf")), f"{path} is {value}")
    elif isinstance(wanted, dict):
        expect(isinstance(value, dict), f"{path} is {value!r}")
        for member, each in wanted.items():
            check_within(each, value.get(member), f"{path}.{member}")
    elif isinstance(wanted, list):
        expect(isinstance(value, list) and len(value) == len(wanted), f"{path} is {value!r}")
        for index, each in enumerate(wanted):
            check_within(each, value[index], f"{path}[{index}]")
    else:
        expect(value == wanted and (value is None) == (wanted is None), f"{path} is {value!r}")


def known_of(known):
    return {**known.agent, "ageSeconds": known.age, "isLive": known.is_live}


def resolved_of(resolved):
    return {
        "labelRevision": resolved.label_revision, "missing": list(resolved.missing), "ageSeconds": resolved.age,
        "isLive": resolved.is_live, "items": [dataclasses.asdict(item) for item in resolved.items],
    }


def until(assertion):
    """Asks again and again, for as long as a slow machine may need."""
    end = time.monotonic() + 30
    while True:
        try:
            return assertion()
        except Exception:
            if time.monotonic() > end:
                raise
        time.sleep(0.02)


def expect(is_so, otherwise):
    if not is_so:
        raise AssertionError(otherwise)
