import machine  # noqa: F401  (before torch)

import json
import unittest

from make_parity import FILE, made


class ParityTest(unittest.TestCase):
    def test_the_file_that_typescript_is_held_against_is_what_pytorch_computes(self):
        for written, computed in zip(json.loads(FILE.read_text()), made(), strict=True):
            self.same(written, computed)

    def same(self, written, computed):
        if isinstance(written, dict):
            self.assertEqual(written.keys(), computed.keys())
            for key in written:
                self.same(written[key], computed[key])
        elif isinstance(written, list):
            self.assertEqual(len(written), len(computed))
            for one, other in zip(written, computed):
                self.same(one, other)
        elif isinstance(written, float):
            self.assertAlmostEqual(written, computed, places=5)
        else:
            self.assertEqual(written, computed)


if __name__ == '__main__':
    unittest.main()
