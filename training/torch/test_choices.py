import machine  # noqa: F401  (before torch)

import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

import choices
from config import Config
from data import Shards
from evaluate import held_out
from model import Network
from test_support import META, write_shards
from vocabulary import Range, Vocabulary

PACKED = Vocabulary((
    Range('NOTE_ON', 0, (('pitch', 2), ('bin', 16))), Range('VELOCITY', 32, (('bin', 32),)), Range('TIME_SHIFT', 64, (('steps', 3),)),
), 67, 'hash', 66, 'test')


class Stays:
    asked = False


class ChoicesTest(unittest.TestCase):
    def test_counts_the_multiplications_of_a_token(self):
        config = Config(units=3, embedding=5, layers=2)
        # Four gates of three units, over input and state of each layer; then 67 rows of the output.
        self.assertEqual(choices.multiply_adds(config, PACKED), 12 * (5 + 3) + 12 * (3 + 3) + 3 * 67)
        self.assertEqual(choices.multiply_adds(replace(config, cell='gru'), PACKED), 9 * (5 + 3) + 9 * (3 + 3) + 3 * 67)

    def test_tells_eight_velocities_of_a_note_apart_and_nothing_else(self):
        classes = choices.coarse_velocities(PACKED).tolist()
        self.assertEqual(classes[:6], [0, 0, 2, 2, 4, 4])
        self.assertEqual(classes[14:18], [14, 14, 16, 16])
        self.assertEqual(classes[32:], list(range(32, 67)))

    def test_trains_every_choice_and_goes_on_with_the_next(self):
        with tempfile.TemporaryDirectory() as folder:
            meta = {**META, 'corpus': 'test', 'licence': 'none'}
            write_shards(Path(folder) / 'shards' / 'test', meta=meta)
            base = Config(units=8, embedding=8, batch=2, window=8, precision='float32')
            few = choices.Choice('few', 'half of the pieces', 'test', every=2)
            rows = [
                choices.measure(choice, base, Path(folder) / 'shards', Path(folder) / 'out', 2e6, Stays())
                for choice in (choices.Choice('first', 'as it is', 'test'), few)
            ]
            self.assertEqual(len(choices.Some(Path(folder) / 'shards' / 'test', 2).pieces('train')), 4)
            self.assertTrue((Path(folder) / 'out' / 'few' / 'model.json').exists())
        self.assertAlmostEqual(rows[0]['tokens'], 2e6 / rows[0]['multiplyAdds'], delta=60)
        self.assertGreater(rows[1]['epochs'], 1.5 * rows[0]['epochs'])
        self.assertIn('| half of the pieces |', choices.table(rows))


class MergeTest(unittest.TestCase):
    def test_what_counts_as_the_same_costs_what_it_has_together(self):
        with tempfile.TemporaryDirectory() as folder:
            shards = Shards(write_shards(folder))
            torch.manual_seed(0)
            network, pieces = Network(shards.vocabulary, Config(units=8, embedding=8)), shards.pieces('valid')
            alone = held_out(network, pieces, shards.vocabulary)['nats']
            apart = held_out(network, pieces, shards.vocabulary, merge=torch.arange(shards.vocabulary.size))['nats']
            nothing = held_out(network, pieces, shards.vocabulary, merge=torch.zeros(shards.vocabulary.size, dtype=torch.long))['nats']
        np.testing.assert_allclose(apart, alone, rtol=1e-5)
        self.assertAlmostEqual(nothing, 0, places=2)


if __name__ == '__main__':
    unittest.main()
