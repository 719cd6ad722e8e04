import machine  # noqa: F401  (before torch)

import unittest

import numpy as np
import torch

from recall import FOUR, PLACES, RELATIONS, RUN, SAME, Odds, Records, fit, nats, recollect
from vocabulary import Vocabulary

BAR, END = 9, 10
SPEC = {'boundaries': [11], 'counted': [BAR], 'resets': [0, END]}


def only(relation, found):
    return [row for row in found if row[0] == relation]


class Parrot:
    """A network to which all tokens are alike, and that takes its pieces from a list."""

    def at_precision(self, kind):
        return self

    def eval(self):
        return self

    def fed(self, tokens):
        return np.asarray(tokens, np.int64)

    def zero_state(self, batch):
        return None

    def __call__(self, tokens, state):
        return torch.zeros(len(tokens), 1, 12), state


VOCABULARY = Vocabulary((), 12, 'hash', 0, 'test')


class Piece:
    def __init__(self, tokens):
        self.tokens = tokens


class RecallTest(unittest.TestCase):
    # The same cases as in src/model/memory/recall.test.ts.
    def test_an_earlier_bar_by_its_relation_and_the_place_in_the_part(self):
        tokens = [1, 2, 3, BAR, 4, 5, 6, BAR, 7, 8, 1, BAR, 2, 2, 2, BAR, 1, 4, 3, BAR]
        found = recollect(tokens, np.full(len(tokens), 0.25), SPEC)
        self.assertEqual([len(earlier) for earlier in found], [0, 1, 2, 3, 4])
        self.assertEqual([only(FOUR, earlier) for earlier in found[:4]], [[]] * 4)
        ((relation, place, later, before, told, terms),) = only(FOUR, found[4])
        self.assertEqual((place, later, before, told), (4, 0, 0, -1))
        # Two tokens alike, with one between that is not.
        self.assertEqual(terms, [(0, 0.25), (1, -1.0), (RUN, 0.25), (RUN + 1, 0.25)])

    def test_the_same_place_of_an_earlier_part_and_upbeats(self):
        tokens = [5, BAR, 1, 2, 3, BAR, 4, 5, 6, END, 7, BAR, 1, 1, 1, BAR, 4, 5, 6, END, 11]
        found = recollect(tokens, np.full(len(tokens), 0.25), SPEC)
        ((_, place, later, before, _, terms),) = only(SAME, found[5])
        self.assertEqual((place, later, before, terms[0]), (1, 1, 1, (0, 0.25)))
        # The end token has its say too.
        self.assertEqual(len(found), 7)

    def test_the_odds_are_those_that_make_the_pieces_likeliest(self):
        draw = np.random.default_rng(3)
        bar = lambda: draw.integers(1, 9, 4).tolist() + [BAR]
        pieces = []
        for _ in range(150):
            bars = [bar() for _ in range(4)]
            pieces.append(Piece(sum(bars, []) + (bars[0] if draw.random() < 0.7 else bar())))
        records = Records(pieces, Parrot(), SPEC, VOCABULARY)
        odds = fit(records, rounds=60)
        cell = odds.places[FOUR, 4, 0].item()
        best = nats(records, odds).sum()
        # All bar lines but the first can be foretold, and in seven pieces of ten the last bar's four tokens.
        gained = (sum(records.alone) - best) / len(pieces)
        self.assertTrue(9 < gained < (4 + 0.7 * 4) * np.log(12), gained)
        for other in (-1, 1):
            spec = odds.spec()
            spec['places'][(FOUR * PLACES + 4) * 2] = cell + other
            self.assertLess(best, nats(records, Odds().load(spec)).sum())
        self.assertEqual(len(odds.spec()['places']), RELATIONS * PLACES * 2)


if __name__ == '__main__':
    unittest.main()
