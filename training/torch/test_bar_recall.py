import machine  # noqa: F401  (before torch)

import unittest

import numpy as np
import torch

import bar_recall
from config import Config
from model import Network
from vocabulary import Range, Vocabulary


def beats():
    """The vocabulary of src/plugins/piano/beats/codec/vocabulary.ts."""
    first, ranges = 0, []
    for name, fields in (
        ('PIECE', (('edge', 2),)), ('BAR', (('beats', 3), ('number', 8))), ('TEMPO', (('bin', 48),)),
        ('CHORD', (('root', 12), ('quality', 9), ('beat', 4))), ('NO_CHORD', (('beat', 4),)), ('POSITION', (('slot', 16), ('micro', 12))),
        ('NOTE', (('pitch', 88), ('bin', 16))), ('LENGTH', (('octave', 9), ('fine', 16))),
    ):
        ranges.append(Range(name, first, fields))
        first += ranges[-1].size
    return Vocabulary(tuple(ranges), first, 'hash', 0, 'performance-beats')


VOCABULARY = beats()


def plain(tokens, alphabet):
    """What each bar before says of each token, by stepping through the stream: {(place, bars ago, moved): (kind, value)}."""
    bars, found = [], {}
    slot, pitch, beat, root, state = 0, None, -1, -1, 'other'
    for place, token in enumerate(tokens):
        now = len(bars) - 1
        for ago in range(1, min(bar_recall.BARS, now) + 1):
            old = bars[now - ago]
            held = old['roots'][slot // 4]
            by = (root - held + 5) % 12 - 5 if held >= 0 and root >= 0 else 0
            for moved in (0, 1) if by else (0,):
                shift = by if moved else 0
                here = old['notes'].get(slot, {})
                guess = None
                if state == 'struck' and here:
                    guess = bar_recall.FIRST, min(here) + shift
                if state == 'sounding' and pitch - shift in here:
                    guess = bar_recall.LENGTH, here[pitch - shift]
                if state == 'rest':
                    above = [other + shift for other in here if pitch is not None and other + shift > pitch]
                    later = [other for other in old['notes'] if other > slot or (other == slot and pitch is None)]
                    chords = [other for other in old['said'] if other > beat]
                    if above:
                        guess = bar_recall.NOTE, min(above)
                    elif moved:
                        guess = None
                    elif chords and 4 * min(chords) <= min(later, default=16) and 4 * min(chords) > slot - (pitch is None):
                        guess = bar_recall.CHORD, min(chords)
                    else:
                        guess = (bar_recall.POSITION, min(later)) if later else (bar_recall.BAR, 0)
                if guess and (guess[0] not in (bar_recall.NOTE, bar_recall.FIRST) or 0 <= guess[1] < 88):
                    found[place, ago, moved] = guess
        name, value = alphabet.name[token], int(alphabet.value[token])
        if name == 'BAR':
            bars.append({'notes': {}, 'said': set(), 'roots': [root] * 4})
            slot, pitch, beat, state = 0, None, -1, 'other'
        elif bars and name == 'CHORD':
            root, beat, pitch, state = int(alphabet.root[token]), value, None, 'rest'
            slot = max(slot, 4 * value)
            bars[-1]['said'].add(value)
            bars[-1]['roots'][value:] = [root] * (4 - value)
        elif bars and name == 'POSITION':
            slot, pitch, state = value, -1, 'struck'
        elif bars and name == 'NOTE':
            pitch, state = value, 'sounding'
        elif bars and name == 'LENGTH':
            bars[-1]['notes'].setdefault(slot, {})[pitch] = value
            state = 'rest'
    return found


class BarRecallTest(unittest.TestCase):
    def setUp(self):
        self.alphabet = bar_recall.Alphabet(VOCABULARY)
        self.tokens = bar_recall.song(VOCABULARY, bars=40)

    def test_says_what_each_bar_before_would_say_next(self):
        expected = plain(self.tokens, self.alphabet)
        bars = bar_recall.Bars(self.tokens, self.alphabet)
        found = {}
        for ago in range(1, bar_recall.BARS + 1):
            for moved in (0, 1):
                kinds, classes = bar_recall.said_by(bars, self.alphabet, ago, moved)
                for place in np.flatnonzero(kinds >= 0):
                    kind = int(kinds[place])
                    found[int(place), ago, moved] = kind, int(classes[place]) - self.alphabet.first[bar_recall.RANGES[kind]]
        self.assertEqual(found, expected)
        self.assertEqual({kind for kind, _ in found.values()}, set(range(6)))

    def test_is_the_surer_the_longer_bars_have_agreed(self):
        place, classes, features = bar_recall.guesses(self.tokens, self.alphabet)
        hits = classes == self.alphabet.classes[self.tokens][place]
        runs = np.unravel_index(features, bar_recall.SHAPE)[4]
        shares = [hits[runs == run].mean() for run in (0, 2, 4)]
        self.assertLess(shares[0], shares[1])
        self.assertLess(shares[1], shares[2])

    def test_mixes_what_bars_say_into_the_shares_of_their_classes(self):
        recall = bar_recall.Recall(np.full(np.prod(bar_recall.SHAPE), -1.0), VOCABULARY)
        place, classes, weights = recall.weighed(self.tokens)
        shares = torch.full((len(self.tokens), VOCABULARY.size), 1 / VOCABULARY.size)
        mixed = recall.mixed(shares, (place, classes, weights), 0)
        self.assertTrue(torch.allclose(mixed.sum(1), torch.ones(len(mixed)), atol=1e-5))
        at = int(place[len(place) // 2])
        here = place == at
        own = np.bincount(self.alphabet.classes, minlength=self.alphabet.count) / VOCABULARY.size
        given = np.bincount(classes[here], weights[here], self.alphabet.count)
        found = np.bincount(self.alphabet.classes, mixed[at].numpy(), self.alphabet.count)
        np.testing.assert_allclose(found, (own + given) / (1 + given.sum()), atol=1e-5)
        # In parts it is the same.
        self.assertTrue(torch.equal(recall.mixed(shares[40:90], (place, classes, weights), 40), mixed[40:90]))

    def test_finds_odds_that_save_nats(self):
        torch.manual_seed(1)
        network = Network(VOCABULARY, Config(units=8, embedding=6, layers=1, precision='float32'))
        pieces = [type('Piece', (), {'tokens': bar_recall.song(VOCABULARY, seed=seed), 'notes': 200})() for seed in (1, 2, 3)]
        odds = bar_recall.fit(bar_recall.examples(network, pieces[:2], self.alphabet), 400, rounds=40)
        self.assertGreater(bar_recall.Recall(odds, VOCABULARY).gained(network, pieces[2:]), 100)


if __name__ == '__main__':
    unittest.main()
