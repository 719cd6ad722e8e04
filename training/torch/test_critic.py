import base64
import random
import unittest

import torch

from critic import PART, Critic, auc, batches, chooses, half_of, logits_of, part_of, people_weight
from critic_export import halves, logistic, places_of, rounded_to_halves, spreads_of

SIZES = [43, 14, 5, 7]


def tune(pitches, people, family=0):
    rows = torch.tensor([[pitch, 6, 1, 3] for pitch in pitches] + [[PART, 0, 0, 3]])
    return {'rows': rows, 'people': people, 'by': 'people' if people else 'made', 'family': family}


class CriticTest(unittest.TestCase):
    def test_families_are_in_one_half_and_a_tenth_chooses(self):
        halves_ = [half_of(family) for family in range(2000)]
        self.assertTrue(900 < sum(halves_) < 1100)
        self.assertTrue(150 < sum(chooses(family) for family in range(2000)) < 250)
        chosen = [half_of(family) for family in range(2000) if chooses(family)]
        self.assertTrue(0.35 < sum(chosen) / len(chosen) < 0.65)

    def test_people_count_as_much_as_all_made_ones(self):
        tunes = [{'people': True, 'weight': 1}] * 2 + [{'people': False, 'weight': 3}, {'people': False, 'weight': 1}]
        self.assertEqual(people_weight(tunes), 2)

    def test_auc_counts_pairs(self):
        self.assertEqual(auc(torch.tensor([3.0, 4.0]), torch.tensor([1.0, 2.0])), 1.0)
        self.assertEqual(auc(torch.tensor([1.0, 4.0]), torch.tensor([2.0, 3.0])), 0.5)

    def test_a_part_alone_ends_with_its_own_end(self):
        rows = torch.cat([tune([1, 2], True)['rows'], tune([3], True)['rows']])
        parts = {tuple(part_of(rows, random.Random(seed))[:, 0].tolist()) for seed in range(20)}
        self.assertEqual(parts, {(1, 2, PART), (3, PART)})

    def test_every_tune_is_in_one_batch(self):
        tunes = [tune([1] * length, True) for length in range(1, 30)]
        self.assertEqual(sorted(sum(batches(tunes, 4, random.Random(1)), [])), list(range(29)))

    def test_a_tune_is_judged_alike_beside_longer_ones(self):
        for cell in ('gru', 'lstm', 'conv'):
            torch.manual_seed(1)
            critic = Critic(SIZES, cell, 8, 6, 0.3)
            tunes = [tune([1, 5, 9], True), tune(list(range(20)), False)]
            together, alone = logits_of(critic, tunes), logits_of(critic, tunes[:1])
            self.assertAlmostEqual(float(together[0]), float(alone[0]), places=5)

    def test_hears_what_comes_before_and_after(self):
        """Rising by one and then falling is people's; the same notes in another order are not."""
        torch.manual_seed(1)
        critic = Critic(SIZES, 'gru', 8, 12, 0.0)
        optimizer = torch.optim.Adam(critic.parameters(), 0.02)
        tunes = [tune([at, at + 1, at], True) for at in range(20)] + [tune([at + 1, at, at], False) for at in range(20)]
        rows, lengths = torch.stack([each['rows'] for each in tunes]), torch.tensor([4] * 40)
        labels = torch.tensor([float(each['people']) for each in tunes])
        for _ in range(60):
            optimizer.zero_grad()
            torch.nn.functional.binary_cross_entropy_with_logits(critic(rows, lengths), labels).backward()
            optimizer.step()
        found = logits_of(critic, tunes)
        self.assertEqual(auc(found[:20], found[20:]), 1.0)


class ExportTest(unittest.TestCase):
    def test_spreads_are_of_people_alone_and_rare_kinds_have_none(self):
        tunes = [{'people': True, 'kind': 'jig', 'features': {'lift': at}} for at in range(101)]
        tunes += [{'people': False, 'kind': 'jig', 'features': {'lift': 1000}}] * 50
        tunes += [{'people': True, 'kind': 'air', 'features': {'lift': 50}}]
        found = spreads_of(tunes, ['lift'])
        self.assertEqual(sorted(found), ['jig', 'others'])
        self.assertEqual(found['jig']['lift'], [1, 5, 50, 95, 99])
        places = places_of([tunes[95], tunes[-2]], ['lift'], found, {'lift': 0.01})
        self.assertAlmostEqual(float(places[0, 0]), 45 / (90 / 3.29), places=4)
        self.assertEqual(float(places[1, 0]), 4)

    def test_a_regression_finds_what_tells_them_apart(self):
        inputs = torch.randn(400, 2, generator=torch.Generator().manual_seed(1))
        tunes = [{'people': bool(each > 0), 'weight': 1.0} for each in inputs[:, 0]]
        weights, _ = logistic(inputs, tunes, 1e-3)
        self.assertGreater(float(weights[0]), 10 * abs(float(weights[1])))

    def test_weights_are_in_the_order_in_which_they_are_read(self):
        critic = rounded_to_halves(Critic(SIZES, 'gru', 4, 3, 0.0))
        numbers = torch.frombuffer(bytearray(base64.b64decode(halves(critic))), dtype=torch.float16).float()
        self.assertEqual(len(numbers), sum(SIZES) * 4 + 2 * (9 * 4 + 9 * 3 + 9 + 9) + 12 + 1)
        self.assertTrue(torch.equal(numbers[:4], critic.tables[0].weight[0]))
        self.assertTrue(torch.equal(numbers[sum(SIZES) * 4:sum(SIZES) * 4 + 4], critic.reader.ahead.weight_ih_l0[0]))
        self.assertEqual(float(numbers[-1]), float(critic.out.bias[0]))


if __name__ == '__main__':
    unittest.main()
