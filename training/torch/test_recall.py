import machine  # noqa: F401  (before torch)

import unittest

import numpy as np

from recall import SHARES, fit, nats, recollect

BAR = 9


class RecallTest(unittest.TestCase):
    def test_what_came_next_in_a_bar_that_began_so(self):
        tokens = [1, 2, 3, BAR, 4, 5, BAR, 1, 2, 3, BAR]
        cells, given = recollect(tokens, {BAR})
        # Nothing to recall in the first bar, nor after a beginning that never was.
        self.assertEqual(cells[:4].tolist(), [-1] * 4)
        self.assertEqual((cells[5], given[8]), (-1, 1.0))
        # At the third bar's beginning both bars before are like places; one is two bars back, the other follows a bar line too.
        self.assertEqual(given[7], 3 / (3 + 3))
        # matched 3, none before, all agree
        self.assertEqual(cells[10], (3 * 6 + 0) * 3 + 2)

    def test_counts_how_many_tokens_before_agree(self):
        tokens = [7, 7, BAR, 1, BAR, 7, 7, BAR, 1, BAR]
        cells, given = recollect(tokens, {BAR})
        # The bar before was the same three tokens: the present one follows it as the second did.
        self.assertEqual(cells[8] // 3 % 6, 2)
        self.assertGreater(given[8], 0.9)

    def test_the_shares_are_those_that_make_the_pieces_likeliest(self):
        draw = np.random.default_rng(3)
        cells = np.zeros(4000, int)
        q, p = (draw.random(4000) < 0.7).astype(float), np.full(4000, 0.5)
        found = [(cells, q, p)]
        shares = fit(found)
        best = nats(found, shares)[0]
        for other in (shares[0] - 0.05, shares[0] + 0.05):
            table = np.zeros(SHARES)
            table[0] = other
            self.assertLess(best, nats(found, table)[0])


if __name__ == '__main__':
    unittest.main()
