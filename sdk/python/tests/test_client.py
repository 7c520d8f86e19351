"""What the conformance suite does not ask: the two clients are alike, and the README is right."""

import inspect
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import types
import unittest
from pathlib import Path

from conformance import CASES, LiveService, Play, ScriptedServer, sdk

ROOT = Path(__file__).resolve().parents[1]


class ClientTests(unittest.TestCase):
    def test_the_two_clients_have_the_same_methods_with_the_same_parameters(self):
        blocking, awaited = (
            {part: self.methods(getattr(client, part, client)) for part in ("", "agents", "templates", "tasks")}
            for client in (sdk.AgentManagement("http://host", "t"), sdk.AsyncAgentManagement("http://host", "t")))
        self.assertEqual(blocking, awaited)

    def test_an_address_that_is_none_is_told_at_once(self):
        for url in ("host", "ftp://host", "http://"):
            for client in (sdk.AgentManagement, sdk.AsyncAgentManagement):
                with self.assertRaises(ValueError):
                    client(url, "t")

    def test_a_key_cannot_bring_in_a_header_of_its_own(self):
        server = ScriptedServer()
        try:
            for is_async in (False, True):
                server.begin("without_retries_no_key_is_made_and_nothing_is_repeated")
                play = Play({"steps": []}, server, is_async)
                with self.assertRaises(ValueError):
                    play.client.agents.activate("a", key="k\r\nX-Other: 1")
                self.assertEqual(server.report()["problems"], [])
        finally:
            server.stop()

    def test_a_cache_that_is_closed_does_not_wait_for_the_feed_to_say_something(self):
        server = ScriptedServer()
        case = next(case for case in CASES if case["name"] == "a_cache_follows_the_feed")
        try:
            server.begin(case["name"])
            play = Play({**case, "steps": case["steps"][:5]}, server, False)
            closing = threading.Thread(target=play.run, daemon=True)
            closing.start()
            # The feed counts as broken after 45 seconds of silence.
            closing.join(35)
            self.assertFalse(closing.is_alive())
        finally:
            server.stop()

    def test_of_what_is_stored_only_what_is_of_this_service_and_this_tenant_is_taken_up(self):
        url = "http://127.0.0.1:1"
        right = {
            "format": 1, "service": url, "tenant": "acme", "revision": 3, "confirmedAt": 0,
            "agents": [{"agent": {"id": "a", "version": 1}, "readAt": 0}],
        }
        texts = ['{"format":1,"agents":', "null", *(json.dumps(right | each) for each in ({"tenant": "beta"}, {"service": "http://other"}))]
        for text in [json.dumps(right), *texts]:
            store = types.SimpleNamespace(load=lambda key, text=text: text, save=lambda key, text: None)
            with sdk.AgentManagement(url, "t", retries=0).configurations("acme", store=store) as cache:
                if text not in texts:
                    self.assertFalse(cache.get("a").is_live)
                    continue
                with self.assertRaises(sdk.ConnectionFailed, msg=text):
                    cache.get("a")

    @staticmethod
    def methods(target):
        return {
            name: [(each.name, each.kind, each.default) for each in inspect.signature(method).parameters.values()]
            for name, method in inspect.getmembers(target, callable) if not name.startswith("_")
        }


class ReadmeTests(unittest.TestCase):
    def test_every_snippet_works(self):
        url = os.environ.get("CONFORMANCE_SERVICE")
        if not url:
            self.skipTest("CONFORMANCE_SERVICE is not set.")
        snippets = re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
        self.assertEqual(len(snippets), 4)
        environment = {
            **os.environ, "AGENTS_URL": url, "AGENTS_TOKEN": LiveService().token("readme"), "PYTHONPATH": str(ROOT / "src"),
        }
        with tempfile.TemporaryDirectory() as folder:
            ended = subprocess.run(
                [sys.executable, "-c", "\n".join(snippets)], cwd=folder, env=environment, capture_output=True, text=True, check=False)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        for line in ("Somebody was faster: it is at version 2.", "['Support bot']", "3 agent_updated", "gpt-5-mini as it is"):
            self.assertIn(line, ended.stdout)
