import machine  # noqa: F401  (before torch)

import unittest

import numpy as np
import torch

from config import Config
from counting import BarCounter
from model import Network, loss_of
from planning import AGAIN, KNOWN, NOTHING, Planning
from vocabulary import Range, Vocabulary
from warm_start import add_plans, without_plans

BAR, END = 8, 9
HEAD, BODY, SAYS_AGAIN, NOW, UPBEAT, LAST = 10, 12, 14, 15, 16, 17
PLANNING = {
    'first': HEAD, 'again': SAYS_AGAIN, 'marks': NOW, 'now': NOW, 'upbeat': UPBEAT,
    'told': {'first': BODY, 'classes': [0, 1]}, 'ends': [BAR, END],
}
RANGES = (Range('all', 0, (('word', 10),)), Range('plan head', HEAD, (('chord', 2),)), Range('plan', BODY, (('word', 6),)))
VOCABULARY = Vocabulary(RANGES, 18, 'hash', 0, 'test', (BAR,), (END,), PLANNING)
# An upbeat and two bars, of which the second says the first again.
TOKENS = [1, HEAD, BODY + 1, SAYS_AGAIN, UPBEAT, HEAD, 5, BAR, BODY + 1, HEAD + 1, 2, 3, BAR, SAYS_AGAIN, LAST, 2, 3, END]


class PlanningTest(unittest.TestCase):
    def test_what_is_told_is_not_foretold_but_that_a_bar_begins(self):
        wanted = Planning(VOCABULARY)(TOKENS).tolist()
        self.assertEqual(wanted, [
            1, HEAD, BODY + 1, SAYS_AGAIN, UPBEAT, KNOWN, 5, BAR, NOW, KNOWN, 2, 3, BAR, NOW, KNOWN, KNOWN, KNOWN, END,
        ])

    def test_pieces_without_plans_stay_as_they_are(self):
        plain = Vocabulary(RANGES[:1], 10, 'hash', 0, 'test', (BAR,), (END,))
        self.assertEqual(Planning(plain)([1, 2, BAR]).tolist(), [1, 2, BAR])
        self.assertTrue(Planning(plain).music([1, 2, BAR]).all())

    def test_a_bar_is_told_how_it_is_related_before_its_first_note(self):
        planning = Planning(VOCABULARY)
        self.assertEqual(np.array(TOKENS)[planning.music(TOKENS)].tolist(), [1, 5, BAR, 2, 3, BAR, 2, 3, END])
        self.assertEqual(planning.told(TOKENS), [NOTHING, NOTHING, NOTHING, 1, NOTHING, NOTHING, AGAIN, NOTHING, NOTHING])

    def test_a_plan_is_no_part_of_a_bar_that_is_counted(self):
        counter, plain = BarCounter({BAR}, {END}, HEAD), BarCounter({BAR}, {END})
        for token in TOKENS:
            counter.push(token)
        for token in TOKENS:
            if token < HEAD:
                plain.push(token)
        self.assertEqual((counter.lines, counter.bars), (plain.lines, plain.bars))

    def test_what_is_known_costs_nothing(self):
        logits = torch.randn(3, 1, 4)
        targets = torch.tensor([[1], [KNOWN], [2]])
        expected = loss_of(logits[[0, 2]], targets[[0, 2]])
        self.assertAlmostEqual(loss_of(logits, targets).item(), expected.item(), places=6)


class WarmStartTest(unittest.TestCase):
    def test_takes_the_rows_of_tunes_and_begins_those_of_plans_anew(self):
        tunes = Vocabulary(RANGES[:1], 10, 'other', 0, 'test', (BAR,), (END,))
        sizes = {'units': 8, 'embedding': 4, 'factored': False, 'numbers': 3, 'precision': 'float32'}
        trained = Network(tunes, Config(**sizes)).eval()
        weights = {'logits/bias': np.zeros(10)}
        model = {'userDefinedMetadata': {'continuo': {'vocabularyHash': 'other'}}}
        alone = without_plans(model, weights, VOCABULARY)
        self.assertEqual((alone.size, alone.hash, len(alone.ranges)), (10, 'other', 1))
        self.assertIsNone(without_plans(model, {'logits/bias': np.zeros(18)}, VOCABULARY))
        network = Network(VOCABULARY, Config(**sizes)).eval()
        add_plans(network, trained)
        tokens = torch.tensor([[1], [5], [BAR]])
        before, _ = trained(tokens, trained.zero_state(1))
        after, _ = network(tokens, network.zero_state(1))
        self.assertTrue(torch.allclose(before, after[..., :10], atol=1e-6))
        self.assertTrue(torch.equal(network.embedding.own[-3:], trained.embedding.own[-3:]))


if __name__ == '__main__':
    unittest.main()
