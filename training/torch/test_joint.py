"""Joined tokens: the same as src/model/memory/joint.test.ts has."""

import unittest

import numpy as np

from config import Config
from data import Shards, Streams
from evaluate import held_out
from joint import Joint
from leader_odds import odds
from model import Network
from model_folder import read_network, read_weights, write
from test_support import ShardsTest, write_shards
from vocabulary import Vocabulary

META = {
    'codec': 'joined', 'vocabularyHash': '0123456789abcdef', 'startToken': 9, 'joint': {'foretold': 6, 'told': 3},
    'ranges': [
        {'name': 'FOLLOWERS', 'first': 0, 'fields': [{'name': 'one', 'radix': 2}, {'name': 'other', 'radix': 3}]},
        {'name': 'LEADER', 'first': 6, 'fields': [{'name': 'leader', 'radix': 3}]},
        {'name': 'PIECE', 'first': 9, 'fields': [{'name': 'edge', 'radix': 1}]},
    ],
}
CONFIG = Config(cell='gru', layers=1, units=8, embedding=4, batch=2, window=5, precision='float32', transpose_down=0, transpose_up=0, stretch=0.0)


class JointTest(ShardsTest):
    def setUp(self):
        super().setUp()
        draw = np.random.default_rng(1)
        write_shards(self.folder / 'joined', meta=META, size=6)
        for split in ('train', 'valid'):
            path = self.folder / 'joined' / f'{split}.bin'
            tokens = np.fromfile(path, '<u2')
            tokens[::2] = 6 + draw.integers(0, 3, len(tokens[::2]))
            tokens.tofile(path)
        self.joined = Shards(self.folder / 'joined')

    def test_packs_what_was_foretold_last_with_what_is_told(self):
        fed, wanted = Joint(Vocabulary.of(META))([9, 7, 4, 6, 2, 8, 2])
        self.assertEqual(fed.tolist(), [1, 12, 8])
        self.assertEqual(wanted.tolist(), [4, 2, 2])

    def test_networks_have_the_classes_of_joined_tokens(self):
        network = Network(self.joined.vocabulary, CONFIG)
        self.assertEqual(tuple(network.embedding.matrix().shape), (18, 4))
        self.assertEqual(tuple(network.output_matrix().shape), (6, 8))

    def test_streams_and_figures_are_of_what_is_foretold(self):
        streams = Streams(self.joined.pieces('train'), self.joined.vocabulary, CONFIG, 2)
        inputs, targets, _ = streams.windows()
        self.assertLess(inputs.max(), 18)
        self.assertLess(targets.max(), 6)
        pieces = self.joined.pieces('valid')
        figures = held_out(Network(self.joined.vocabulary, CONFIG), pieces, self.joined.vocabulary)
        joint = Joint(self.joined.vocabulary)
        self.assertEqual(figures['tokens'], sum(len(joint(piece.tokens)[0]) for piece in pieces))
        self.assertEqual(list(figures['ranges']), ['FOLLOWERS'])

    def test_odds_say_what_follows_a_leader_more_often(self):
        tables = odds(self.joined)
        self.assertEqual({name: len(table) for name, table in tables.items()}, {'one': 6, 'other': 9})
        path = self.folder / 'joined' / 'train.bin'
        tokens = np.fromfile(path, '<u2')
        tokens[1:][tokens[1:] < 6] = 0
        tokens[1:][(tokens[:-1] == 6) & (tokens[1:] < 6)] = 3
        tokens.tofile(path)
        one = np.reshape(odds(self.joined)['one'], (3, 2))
        self.assertGreater(one[0, 1], 0)
        self.assertLess(one[0, 0], 0)
        self.assertLess(one[1, 1], 0)

    def test_folders_say_so_and_are_read_again(self):
        network = Network(self.joined.vocabulary, CONFIG)
        write(self.folder / 'model', network, self.joined.vocabulary, {})
        model, _ = read_weights(self.folder / 'model')
        self.assertEqual(model['userDefinedMetadata']['continuo']['joint'], META['joint'])
        self.assertEqual(read_network(self.folder / 'model', self.joined.vocabulary).config.numbers, 0)


if __name__ == '__main__':
    unittest.main()
