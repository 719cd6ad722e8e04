import unittest

import numpy as np

from noise import Noise
from vocabulary import Range, Vocabulary

BAR, END, START = 8, 9, 10
VOCABULARY = Vocabulary(
    (Range('pitch', 0, (('pitch', 5),)), Range('duration', 5, (('length', 3),)), Range('sign', 8, (('sign', 3),))),
    11, 'hash', START, 'test', (BAR,), (END,),
)
PIECE = np.array([START, 0, 5, 1, 6, BAR, 2, 5, 3, 7, END] * 20)


class NoiseTest(unittest.TestCase):
    def test_exchanges_a_share_of_the_tokens_for_others_of_their_range_in_the_piece(self):
        heard = Noise(VOCABULARY, 0.3)(PIECE, np.random.default_rng(1))
        changed = heard != PIECE
        self.assertTrue(0.1 < changed.mean() < 0.3, changed.mean())
        for low, high in ((0, 5), (5, 8)):
            mine = (PIECE >= low) & (PIECE < high)
            self.assertTrue(set(heard[mine]) <= set(PIECE[mine]))
        self.assertFalse(changed[PIECE >= BAR].any())

    def test_leaves_the_piece_itself_alone_and_is_the_same_each_time(self):
        before = PIECE.copy()
        first, second = (Noise(VOCABULARY, 0.3)(PIECE, np.random.default_rng(2)) for _ in range(2))
        np.testing.assert_array_equal(first, second)
        np.testing.assert_array_equal(PIECE, before)
        np.testing.assert_array_equal(Noise(VOCABULARY, 0.0)(PIECE, np.random.default_rng(2)), PIECE)


if __name__ == '__main__':
    unittest.main()
