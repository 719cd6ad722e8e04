"""A model folder whose matrices are stored in eight bits is read as what it was, to half a step of its scale."""

import json
import unittest

import numpy as np

import eight_bits
import model_folder
from config import Config
from model import Network
from test_support import ShardsTest


class EightBitsTest(ShardsTest):
    def test_zero_stays_zero_and_nothing_moves_by_more_than_half_a_step(self):
        for values in (np.array([[-1.5, 0.0], [0.25, 3.0]]), np.array([[0.5, 2.0]]), np.zeros((2, 2))):
            numbers, said = eight_bits.stored(values.astype(np.float32))
            back = numbers * said['scale'] + said['min']
            self.assertLessEqual(np.abs(back - values).max(), said['scale'] * 0.5001)
            self.assertTrue((back[values == 0] == 0).all())

    def test_a_folder_is_read_again_and_its_golden_file_is_of_what_is_stored(self):
        vocabulary = self.shards.vocabulary
        network = Network(vocabulary, Config(cell='lstm', layers=2, units=16, embedding=16, precision='float32'))
        model_folder.write(self.folder / 'a', network, vocabulary, {})
        eight_bits.store(self.folder / 'a', self.folder / 'b', vocabulary)
        before, after = (model_folder.read_weights(self.folder / name)[1] for name in 'ab')
        self.assertEqual(list(before), list(after))
        for name, values in before.items():
            self.assertLessEqual(np.abs(after[name] - values).max(), (values.max() - values.min()) / 255 * 0.51, name)
        self.assertLess((self.folder / 'b/weights.bin').stat().st_size, 0.6 * (self.folder / 'a/weights.bin').stat().st_size)
        said = json.loads((self.folder / 'b/golden.json').read_text())
        made = model_folder.golden(model_folder.read_network(self.folder / 'b', vocabulary), vocabulary)
        self.assertEqual(said, made)


if __name__ == '__main__':
    unittest.main()
