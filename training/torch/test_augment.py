import json
import unittest

from make_augment import FILE, made


class AugmentVectorsTest(unittest.TestCase):
    def test_the_file_that_typescript_is_held_against_is_what_augment_makes(self):
        self.assertEqual(json.loads(FILE.read_text()), made())


if __name__ == '__main__':
    unittest.main()
