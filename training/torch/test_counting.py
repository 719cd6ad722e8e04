import unittest

from counting import BarCounter, Counting
from vocabulary import Range, Vocabulary

BAR, END = 9, 10
VOCABULARY = Vocabulary((Range('all', 0, (('word', 12),)),), 12, 'hash', 0, 'test', (BAR,), (END,))
# The same cases as in src/model/memory/bar-counter.test.ts.
BARS = [1, 2, 3, BAR, 4, 5, BAR, 6, BAR, 1, 2, END, 3, BAR, 1, 2, BAR, 4, 5, BAR]


class CountingTest(unittest.TestCase):
    def test_counts_the_bars_of_a_part_but_not_its_upbeat(self):
        counter, counts = BarCounter({BAR}, {END}), []
        for token in BARS:
            upbeat = counter.push(token)
            if token in (BAR, END):
                counts.append((counter.lines, counter.bars, upbeat))
        self.assertEqual(counts, [
            (1, 1, False), (2, 2, False), (3, 3, False), (0, 0, False), (1, 1, False), (2, 1, True), (3, 2, False),
        ])

    def test_feeds_each_bar_line_by_its_number(self):
        fed = Counting(VOCABULARY, 3)(BARS)
        self.assertEqual(fed.tolist(), [1, 2, 3, 12, 4, 5, 14, 6, 13, 1, 2, END, 3, 12, 1, 2, 13, 4, 5, 14])
        self.assertEqual(Counting(VOCABULARY, 0)(BARS).tolist(), BARS)

    def test_needs_tokens_to_count(self):
        with self.assertRaisesRegex(ValueError, 'nothing of tokens to count'):
            Counting(Vocabulary(VOCABULARY.ranges, 12, 'hash', 0, 'test'), 3)


if __name__ == '__main__':
    unittest.main()
