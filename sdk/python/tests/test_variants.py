"""The choice of versions, as all SDKs and the service choose them."""

import json
import unittest

from conformance import SUITE, sdk

VECTORS = json.loads((SUITE / "variants.json").read_text(encoding="utf-8"))


class VariantTests(unittest.TestCase):
    def test_keys_have_their_places(self):
        for each in VECTORS["buckets"]:
            self.assertEqual(sdk.bucket_of(each["seed"], each["key"]), each["bucket"], each)

    def test_rules_give_keys_their_versions(self):
        for each in VECTORS["choices"]:
            if "error" in each:
                with self.assertRaises(sdk.Invalid, msg=each) as caught:
                    sdk.choose_version(each["rule"], each["key"])
                self.assertEqual(caught.exception.code, each["error"])
                continue
            chosen = sdk.choose_version(each["rule"], each["key"])
            expected = None if each["version"] is None else (each["version"], each["variant"])
            self.assertEqual((chosen.version, chosen.variant) if chosen else None, expected, each)


if __name__ == "__main__":
    unittest.main()
