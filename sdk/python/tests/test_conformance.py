"""The conformance suite, with the client that blocks and with the one that is awaited."""

import os
import unittest

from conformance import CASES, LiveService, Play, ScriptedServer


class ScriptedTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        try:
            cls.server = ScriptedServer()
        except FileNotFoundError as error:
            raise unittest.SkipTest(str(error)) from error

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def play(self, case, is_async):
        self.server.begin(case["name"])
        Play(case, self.server, is_async).run()
        self.assertEqual(self.server.report(), {"problems": [], "unused": []})


class LiveTests(unittest.TestCase):
    def play(self, case, is_async):
        if not os.environ.get("CONFORMANCE_SERVICE"):
            self.skipTest("CONFORMANCE_SERVICE is not set.")
        if case.get("control") and not os.environ.get("CONFORMANCE_CONTROL"):
            self.skipTest("CONFORMANCE_CONTROL is not set.")
        Play(case, LiveService(), is_async).run()


def add(case, is_async):
    kind = LiveTests if case.get("live") else ScriptedTests
    setattr(kind, f"test_{case['name']}{'_awaited' if is_async else ''}", lambda self: self.play(case, is_async))


for each in CASES:
    add(each, False)
    add(each, True)

if __name__ == "__main__":
    unittest.main()
