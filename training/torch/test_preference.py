import json
import unittest
from types import SimpleNamespace

import numpy as np
import torch

import preference
from config import Config
from data import Shards
from model import Network
from planning import KNOWN
from preference import Preference, Reading, apart, batches, both, chances, columns, margins, read_pairs
from test_support import ShardsTest, write_shards
from vocabulary import Vocabulary

# Two words of a header, a bar line, six pitches, an end.
META = {
    'codec': 'test', 'vocabularyHash': '0123456789abcdef', 'startToken': 0,
    'ranges': [
        {'name': 'bounds', 'first': 0, 'fields': [{'name': 'word', 'radix': 2}]},
        {'name': 'key', 'first': 2, 'fields': [{'name': 'word', 'radix': 2}]},
        {'name': 'bar', 'first': 4, 'fields': [{'name': 'word', 'radix': 1}]},
        {'name': 'pitch', 'first': 5, 'fields': [{'name': 'word', 'radix': 6}]},
    ],
}
END, KEY, BAR, C, D, E = 1, 2, 4, 5, 6, 7
BETTER, WORSE = [KEY, C, D, BAR, E, C, BAR, C, D, BAR, END], [KEY, C, E, BAR, D, D, BAR, END]
OPTIONS = SimpleNamespace(beta=0.1, near=0.0, dropout=0.3, rate=5e-3)


def network():
    torch.manual_seed(1)
    vocabulary = Vocabulary.of(META)
    return Network(vocabulary, Config(units=12, embedding=8, layers=1, factored=False, precision='float32', dropout=0.0)), vocabulary


def pair(net, vocabulary, better=BETTER, worse=WORSE):
    reading = Reading(vocabulary)
    return tuple((net.fed(tune), reading(tune)) for tune in (better, worse))


class PreferenceTest(ShardsTest):
    def test_counts_neither_what_a_wish_decides_nor_bars_said_again(self):
        self.assertEqual(Reading(Vocabulary.of(META))(BETTER).tolist(), [KNOWN, C, D, KNOWN, E, C, KNOWN, KNOWN, KNOWN, KNOWN, KNOWN])

    def test_a_tune_costs_the_same_beside_a_longer_one(self):
        net, vocabulary = network()
        both_ways = pair(net, vocabulary)
        inputs, wanted = columns([both_ways], net.start)
        together = preference.of_tunes(chances(net, inputs), wanted)
        inputs, wanted = columns([(both_ways[1], both_ways[1])], net.start)
        self.assertAlmostEqual(float(together[1]), float(preference.of_tunes(chances(net, inputs), wanted)[0]), places=5)

    def test_what_it_began_as_prefers_nothing_and_is_nowhere_else_under_any_dropout(self):
        net, vocabulary = network()
        learner = Preference(net, OPTIONS)
        inputs, wanted = columns([pair(net, vocabulary)], net.start)
        now, before = both(net, learner.reference, inputs)
        self.assertEqual(float(margins(now, before, wanted)[0]), 0.0)
        self.assertAlmostEqual(float(apart(now, before, wanted)), 0.0, places=6)
        self.assertNotEqual(float(now[0, 0, C]), float(both(net, learner.reference, inputs)[0][0, 0, C]), 'another dropout each time')

    def test_comes_to_prefer_the_better_tune_and_not_the_token_that_both_have(self):
        net, vocabulary = network()
        pairs = [pair(net, vocabulary)]
        learner = Preference(net, OPTIONS)
        for _ in range(60):
            learner.step(pairs, OPTIONS.rate)
        right, distance = learner.measure(pairs)
        self.assertEqual(right, 1.0)
        inputs, wanted = columns(pairs, net.start)
        with torch.no_grad():
            margin = margins(chances(net, inputs), chances(learner.reference, inputs), wanted)
        self.assertGreater(float(margin[0]), 2.0)
        self.assertGreater(distance, 0.0)

    def test_stays_nearer_where_that_counts(self):
        distances = []
        for near in (0.0, 5.0):
            net, vocabulary = network()
            learner = Preference(net, SimpleNamespace(**{**vars(OPTIONS), 'near': near}))
            for _ in range(60):
                learner.step([pair(net, vocabulary)], OPTIONS.rate)
            distances.append(learner.measure([pair(net, vocabulary)])[1])
        self.assertLess(distances[1], distances[0] / 2)

    def test_each_pair_is_in_one_batch(self):
        net, vocabulary = network()
        pairs = [pair(net, vocabulary)] * 21
        found = batches(pairs, 4, np.random.default_rng(1))
        self.assertEqual(sorted(np.concatenate(found).tolist()), list(range(21)))

    def test_writes_a_checkpoint_that_says_what_it_began_as(self):
        data = write_shards(self.folder / 'tunes', meta=META, size=11)
        pairs = self.folder / 'pairs.jsonl'
        pairs.write_text(''.join(json.dumps({'better': BETTER, 'worse': WORSE}) + '\n' for _ in range(5)))
        shards = Shards(data)
        net, vocabulary = network()
        start = self.folder / 'start.pt'
        preference.checkpoint.save(start, {'config': preference.asdict(net.config), 'vocabularyHash': vocabulary.hash, 'network': net.state_dict()})
        arguments = SimpleNamespace(
            data=data, model=start, pairs=[pairs], held_out=[pairs], out=self.folder / 'out.pt', epochs=2, batch=2, measure_every=4, seed=1, **vars(OPTIONS))
        said = []
        trained = preference.train(arguments, said.append)
        saved = preference.checkpoint.load(self.folder / 'out.pt')
        self.assertEqual(saved['origin']['preference']['beta'], 0.1)
        self.assertEqual(saved['steps'], 6)
        again = preference.checkpoint.network_of(self.folder / 'out.pt', shards.vocabulary, saved)
        self.assertTrue(all(torch.equal(one, other) for one, other in zip(again.state_dict().values(), trained.state_dict().values())))
        self.assertIn('5 pairs, 6 updates', said)


if __name__ == '__main__':
    unittest.main()
