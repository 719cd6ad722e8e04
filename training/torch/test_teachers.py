import machine  # noqa: F401  (before torch)

import unittest
from dataclasses import replace

import torch

import checkpoint
from config import Config
from model import Network
from model_folder import read_network, write
from processes import Processes
from schedule import ByTokens
from teachers import Teachers, taught_loss
from test_support import ShardsTest
from train import Training, run

SMALL = Config(units=12, embedding=8, batch=4, window=8, rate=0.01, dropout=0.0, stretch=0.1, precision='float32')


class TeachersTest(ShardsTest):
    def setUp(self):
        super().setUp()
        self.folders = []
        for seed, cell in enumerate(('lstm', 'gru')):
            torch.manual_seed(seed)
            name = str(self.folder / cell)
            network = Network(self.shards.vocabulary, replace(SMALL, cell=cell))
            for parameter in network.parameters():
                parameter.data *= 4  # else all of them say nearly nothing
            write(name, network, self.shards.vocabulary, {'name': cell})
            self.folders.append(name)

    def training(self, **changes):
        return Training(self.shards, replace(SMALL, teachers=','.join(self.folders), **changes), Processes())

    def test_they_say_the_mean_of_what_each_says_from_window_to_window(self):
        vocabulary = self.shards.vocabulary
        teachers = Teachers(self.folders, vocabulary, SMALL, 2, 'cpu')
        tokens = torch.randint(0, vocabulary.size, (10, 2))
        fresh = torch.zeros(10, 2, dtype=torch.bool)
        fresh[7, 1] = True
        said = torch.cat([teachers.shares(tokens[:6], fresh[:6]), teachers.shares(tokens[6:], fresh[6:])])
        alone = [read_network(folder, vocabulary) for folder in self.folders]
        each = [network(tokens, network.zero_state(2), fresh)[0].softmax(-1) for network in alone]
        self.assertLess((said - (each[0] + each[1]) / 2).abs().max(), 1e-5)

    def test_a_student_comes_to_say_what_they_say(self):
        training = self.training(taught=1.0, cell='gru')
        tokens = torch.randint(0, self.shards.vocabulary.size, (40, 8))
        shares = Teachers(self.folders, self.shards.vocabulary, SMALL, 8, 'cpu').shares(tokens, None)
        least = -(shares * shares.log()).sum(-1).mean()

        def apart():
            with torch.no_grad():
                return (taught_loss(training.network(tokens, training.network.zero_state(8))[0], shares) - least).item()

        first = apart()
        for _ in range(150):
            training.step(0.01)
        self.assertLess(apart(), 0.7 * first)

    def test_stopped_and_gone_on_with_is_the_same_to_the_bit(self):
        schedule, quiet = ByTokens(1500), lambda line: None
        straight = self.training(taught=0.5)
        run(straight, schedule, self.folder, log=quiet)
        run(self.training(taught=0.5), schedule, self.folder, most_steps=17, log=quiet)
        second = self.training(taught=0.5)
        second.restore(checkpoint.load(self.folder / 'last.pt'))
        run(second, schedule, self.folder, log=quiet)
        for one, other in zip(straight.network.parameters(), second.network.parameters()):
            self.assertTrue(torch.equal(one, other))

    def test_other_bar_lines_are_refused(self):
        with self.assertRaisesRegex(SystemExit, 'fed 0 classes of bar lines, the student 17'):
            Teachers(self.folders, self.shards.vocabulary, replace(SMALL, numbers=17), 2, 'cpu')


if __name__ == '__main__':
    unittest.main()
