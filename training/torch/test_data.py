import machine  # noqa: F401  (before torch)

import unittest

import numpy as np

import checkpoint
from augment import Shifter, Stretcher, Transposer
from config import Config
from data import Piece, Shards, Streams
from model_folder import read_weights
from test_support import META, ShardsTest
from vocabulary import Vocabulary

VOCABULARY = Vocabulary.of(META)
FIRST_SHIFT = 18


def on(pitch, bin):
    return pitch * 2 + bin


def off(pitch):
    return 12 + pitch


def shift(steps):
    return FIRST_SHIFT + steps - 1


class MissingTest(unittest.TestCase):
    def test_says_what_is_not_there_and_what_it_should_be(self):
        for read, said in ((Shards, 'continuo dataset build'), (read_weights, 'model folder'), (checkpoint.load, 'train.py')):
            with self.assertRaisesRegex(SystemExit, f'nowhere.*{said}'):
                read('nowhere')


class TransposerTest(unittest.TestCase):
    def test_moves_every_pitch_and_nothing_else(self):
        tokens = np.array([on(1, 1), shift(3), off(1), on(2, 0)])
        self.assertEqual(Transposer(VOCABULARY)(tokens, 3).tolist(), [on(4, 1), shift(3), off(4), on(5, 0)])

    def test_goes_the_other_way_where_a_note_would_leave_the_range(self):
        tokens = np.array([on(3, 0), off(3), on(5, 1)])
        self.assertEqual(Transposer(VOCABULARY)(tokens, 2).tolist(), [on(1, 0), off(1), on(3, 1)])

    def test_stays_where_neither_way_fits(self):
        tokens = np.array([on(0, 0), on(5, 1)])
        self.assertEqual(Transposer(VOCABULARY)(tokens, 1).tolist(), tokens.tolist())


class ShifterTest(unittest.TestCase):
    def test_moves_its_fields_as_far_as_their_ends_and_nothing_else(self):
        tokens = np.array([on(1, 0), shift(3), off(1), on(2, 1)])
        louder = Shifter(VOCABULARY, 'velocity', 'loudness')
        self.assertEqual(louder(tokens, 1).tolist(), [on(1, 1), shift(3), off(1), on(2, 1)])
        self.assertEqual(louder(tokens, -5).tolist(), [on(1, 0), shift(3), off(1), on(2, 0)])

    def test_is_drawn_for_each_piece_where_the_run_asks_for_it(self):
        pieces = [Piece('a', np.array([on(1, 0)] * 4), 4, 1.0)]
        config = Config(louder=1, transpose_down=0, transpose_up=0, stretch=0.0, batch=1, window=5)
        streams = Streams(pieces, VOCABULARY, config, 1)
        said = {int(streams._piece(place)[1]) for place in range(20)}
        self.assertEqual(said, {on(1, 0), on(1, 1)})


class StretcherTest(unittest.TestCase):
    def test_rounds_onsets_so_that_errors_do_not_add_up(self):
        tokens = np.array([shift(3), on(1, 0)] * 40)
        stretched = Stretcher(VOCABULARY)(tokens, 1.1)
        waits = stretched[stretched >= FIRST_SHIFT] - FIRST_SHIFT + 1
        self.assertEqual(waits.sum(), round(3 * 40 * 1.1))
        self.assertEqual((stretched < FIRST_SHIFT).sum(), 40)

    def test_keeps_at_least_one_step_and_adds_none_between_simultaneous_events(self):
        tokens = np.array([on(0, 0), on(1, 0), shift(1), on(2, 0), shift(1), on(3, 0)])
        self.assertEqual(Stretcher(VOCABULARY)(tokens, 0.6).tolist(), tokens.tolist())

    def test_writes_long_waits_as_the_codec_does(self):
        tokens = np.array([on(0, 0), shift(12), shift(8), on(1, 0), shift(12)])
        self.assertEqual(
            Stretcher(VOCABULARY)(tokens, 1.25).tolist(),
            [on(0, 0), shift(12), shift(12), shift(1), on(1, 0), shift(12), shift(3)],
        )

    def test_random_pieces_keep_their_events_and_nearly_their_length(self):
        draw = np.random.default_rng(1)
        for _ in range(200):
            tokens = draw.integers(0, VOCABULARY.size, int(draw.integers(1, 80)))
            factor = draw.uniform(0.9, 1.1)
            stretched = Stretcher(VOCABULARY)(tokens, factor)
            self.assertEqual(stretched[stretched < FIRST_SHIFT].tolist(), tokens[tokens < FIRST_SHIFT].tolist())
            before = (tokens[tokens >= FIRST_SHIFT] - FIRST_SHIFT + 1).sum()
            after = (stretched[stretched >= FIRST_SHIFT] - FIRST_SHIFT + 1).sum()
            self.assertLessEqual(abs(after - before * factor), 0.5 * (1 + (tokens < FIRST_SHIFT).sum()))


class StreamsTest(ShardsTest):
    def setUp(self):
        super().setUp()
        self.pieces, self.vocabulary = self.shards.pieces('train'), self.shards.vocabulary

    def streams(self, **changes):
        config = Config(**{**dict(window=8, transpose_down=0, transpose_up=0, stretch=0.0), **changes})
        return Streams(self.pieces, self.vocabulary, config, 3)

    def test_a_stream_is_whole_pieces_one_after_another(self):
        streams = self.streams()
        heard = []
        for _ in range(60):
            inputs, targets, fresh = streams.windows()
            for fed, wanted, begins in zip(inputs[:, 0], targets[:, 0], fresh[:, 0]):
                if begins:
                    heard.append([])
                    self.assertEqual(fed, self.vocabulary.start_token)
                if heard:
                    heard[-1].append(wanted)
        known = [piece.tokens.tolist() for piece in self.pieces]
        self.assertGreater(len(heard), 3)
        for piece in heard[:-1]:
            self.assertIn(piece, known)

    def test_inputs_are_the_targets_one_step_late(self):
        streams = self.streams()
        for _ in range(20):
            inputs, targets, fresh = streams.windows()
            on = ~fresh[1:]
            self.assertTrue((inputs[1:][on] == targets[:-1][on]).all())

    def test_an_epoch_has_every_piece_once(self):
        streams = self.streams()
        while streams.taken < 3 * len(self.pieces):
            streams.windows()
        order = [streams._piece(place).tolist()[1:] for place in range(len(self.pieces))]
        self.assertEqual(sorted(order), sorted(piece.tokens.tolist() for piece in self.pieces))

    def test_goes_on_exactly_from_a_saved_position(self):
        first = self.streams(transpose_up=3, stretch=0.1)
        for _ in range(13):
            first.windows()
        second = self.streams(transpose_up=3, stretch=0.1)
        second.restore(first.state())
        for _ in range(13):
            for one, other in zip(first.windows(), second.windows()):
                self.assertTrue((one == other).all())


if __name__ == '__main__':
    unittest.main()
