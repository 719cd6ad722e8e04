import machine  # noqa: F401  (before torch)

import base64
import json
import unittest

import numpy as np
import torch

import cache
from config import Config
from model import Network
from model_folder import write
from test_support import META, ShardsTest
from vocabulary import Range, Vocabulary

VOCABULARY = Vocabulary.of(META)


def plain(learnt, states, classes, chances):
    """What the classes cost, token by token, by the formula."""
    keys = states.float() @ learnt.matrix + learnt.offset
    keys = keys / keys.norm(dim=-1, keepdim=True)
    costs = []
    for now in range(len(classes)):
        weights = [
            torch.exp(learnt.sharpness.exp() * (keys[now] @ keys[before]) + learnt.odds[learnt.kinds[classes[before]]])
            for before in range(max(0, now - cache.LONGEST), now - cache.NEAREST + 1)
        ]
        same = sum(weight for before, weight in enumerate(weights, max(0, now - cache.LONGEST)) if classes[before] == classes[now])
        costs.append(-torch.log((chances[now] + same) / (1 + sum(weights, torch.zeros(())))))
    return torch.stack(costs)


class ClassesTest(unittest.TestCase):
    def test_notes_count_by_their_pitch_and_shifts_by_their_ratio(self):
        vocabulary = Vocabulary((
            Range('NOTE_ON', 0, (('pitch', 3), ('bin', 4))), Range('NOTE_OFF', 12, (('pitch', 3),)), Range('TIME_SHIFT', 15, (('steps', 100),)),
        ), 115, 'hash', 114, 'test')
        classes, kinds = cache.classes_of(vocabulary)
        self.assertEqual(classes[:15].tolist(), [0] * 4 + [1] * 4 + [2] * 4 + [3, 4, 5])
        self.assertEqual(kinds[[0, 11, 12, 15, 114]].tolist(), [0, 0, 1, 2, 2])
        shifts = classes[15:]
        self.assertTrue((shifts[1:] - shifts[:-1]).max() == 1)
        self.assertEqual(len(set(shifts.tolist())), int(shifts[-1]) - 5)
        for steps in range(4, 101):  # a quarter more is another class, an eighth less the same or the one before
            self.assertGreater(shifts[min(99, int(np.ceil(steps * 1.25)) - 1)] + (steps * 1.25 > 100), shifts[steps - 1])
            self.assertLess(shifts[steps - 1] - shifts[int(steps * 0.875) - 1], 2)


class CacheTest(ShardsTest):
    def setUp(self):
        super().setUp()
        torch.manual_seed(3)
        self.network = Network(VOCABULARY, Config(units=8, embedding=6, layers=2, dropout=0.3, precision='float32'))
        self.addCleanup(setattr, cache, 'NEAREST', cache.NEAREST)
        cache.NEAREST = 2  # the pieces are short
        self.classes, self.kinds = cache.classes_of(VOCABULARY)
        self.of_class = torch.zeros(int(self.classes.max()) + 1, dtype=torch.int64).index_put((self.classes,), self.kinds)

    def test_hears_each_piece_as_if_it_were_alone(self):
        pieces = self.shards.pieces('train')
        for piece, (states, classes, chances) in zip(pieces, cache.heard(self.network, pieces, self.classes, batch=3, window=7)):
            self.network.eval()
            with torch.no_grad():
                hidden, _ = self.network.hidden(torch.from_numpy(self.network.fed(piece.tokens))[:, None], self.network.zero_state(1))
                shares = self.network.logits(hidden)[:, 0].softmax(-1)
            self.assertLess((states.float() - hidden[:, 0]).abs().max(), 1e-3)
            self.assertEqual(classes.tolist(), self.classes[torch.from_numpy(np.array(piece.tokens, np.int64))].tolist())
            expected = [float(shares[at, self.classes == kind].sum()) for at, kind in enumerate(classes)]
            np.testing.assert_allclose(chances.numpy(), expected, atol=1e-5)

    def test_costs_what_the_formula_says(self):
        piece, = cache.heard(self.network, self.shards.pieces('train')[:1], self.classes)
        learnt = cache.Cache(piece[0].float(), self.of_class, 4)
        with torch.no_grad():
            learnt.odds.copy_(torch.tensor([-20.0, -21.0, -23.0]))
            found = learnt(piece, torch.arange(len(piece[1])))
            torch.testing.assert_close(found, plain(learnt, *piece), rtol=1e-4, atol=1e-4)
            rounded = learnt(piece, torch.arange(len(piece[1])), rounded=True)
        self.assertLess((rounded - found).abs().max(), 0.3)
        self.assertGreater((rounded - found).abs().max(), 0)

    def test_learns_that_pieces_repeat_themselves(self):
        found = cache.heard(self.network, self.shards.pieces('train'), self.classes)
        held_out = cache.heard(self.network, self.shards.pieces('valid'), self.classes)
        learnt = cache.fit(found, self.of_class, rounds=60)
        for piece in held_out:
            self.assertGreater(learnt.gained(piece), 0.2 * -torch.log(piece[2]).sum().item())

    def test_a_folder_says_what_was_learnt(self):
        spec, learnt = cache.learn(self.network, self.shards)
        matrix = np.frombuffer(base64.b64decode(spec['projection']), '<f2').reshape(9, -1).astype(np.float32)
        np.testing.assert_array_equal(matrix[:8], learnt.matrix.detach().numpy())
        np.testing.assert_array_equal(matrix[8], learnt.offset.detach().numpy())
        self.assertEqual(len(spec['classes']), VOCABULARY.size)
        self.assertEqual(len(spec['odds']), max(spec['classes']) + 1)
        self.assertAlmostEqual(spec['sharpness'], learnt.sharpness.exp().item(), 4)
        alone = sum(-torch.log(piece[2]).double().sum().item() for piece in cache.heard(self.network, self.shards.pieces('valid'), self.classes))
        figures = cache.worth(self.network, self.shards, learnt, alone)
        tokens = sum(len(piece.tokens) for piece in self.shards.pieces('valid'))
        self.assertLess(figures['natsPerToken'], alone / tokens)
        said = cache.golden(self.network, learnt, VOCABULARY, [29, 3, 4])
        self.assertEqual(said['tokens'], [29, 3, 4] * 2)  # NEAREST is 2 here
        self.assertEqual(len(said['natsOfClasses']), 6)

    def test_writes_into_the_folder_and_its_card_as_often_as_one_likes(self):
        folder = self.folder / 'model'
        write(folder, self.network.eval(), VOCABULARY, {'name': 'small'})
        (folder / 'README.md').write_text('| codec | x |\n| held out | 2 nats |\n| 5-gram | 3 |\n')
        before = json.loads((folder / 'golden.json').read_text())
        for cost in (1.5, 1.25):
            cache.write(folder, {'sharpness': cost}, {'tokens': [1]}, {'natsPerToken': cost, 'natsPerNote': 2 * cost})
        self.assertEqual(json.loads((folder / 'model.json').read_text())['userDefinedMetadata']['continuo']['cache'], {'sharpness': 1.25})
        self.assertEqual(json.loads((folder / 'golden.json').read_text()), {**before, 'cache': {'tokens': [1]}})
        lines = (folder / 'README.md').read_text().split('\n')
        self.assertEqual(lines[1], '| held out, the network alone | 2 nats |')
        self.assertIn('1.2500 nats a token, 2.5000 nats a note', lines[2])
        self.assertEqual(lines[3:], ['| 5-gram | 3 |', ''])
        for name in ('golden.json', 'README.md'):  # a folder from elsewhere has neither
            (folder / name).unlink()
        cache.write(folder, {}, {'tokens': [2]}, {'natsPerToken': 1.0, 'natsPerNote': None})
        self.assertEqual(json.loads((folder / 'golden.json').read_text()), {'cache': {'tokens': [2]}})
        self.assertFalse((folder / 'README.md').exists())


if __name__ == '__main__':
    unittest.main()
