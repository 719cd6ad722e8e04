import machine  # noqa: F401  (before torch)

import os
import signal
import subprocess
import sys
import unittest
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

import checkpoint
from config import Config
from evaluate import held_out
from model import Network
from processes import Processes
from schedule import ByClock, ByTokens, rate_at
from test_support import ShardsTest
from train import Training, run

HERE = Path(__file__).parent
SMALL = Config(units=12, embedding=8, batch=4, window=8, rate=0.01, dropout=0.2, stretch=0.1)


class Folder(ShardsTest):
    def training(self, **changes):
        return Training(self.shards, replace(SMALL, **changes), Processes())


class ResumeTest(Folder):
    def test_interrupted_and_resumed_is_the_same_to_the_bit(self):
        schedule = ByTokens(1500)
        straight = self.training()
        self.assertTrue(run(straight, schedule, self.folder, log=lambda line: None))
        first = self.training()
        self.assertFalse(run(first, schedule, self.folder, most_steps=17, log=lambda line: None))
        second = self.training(seed=SMALL.seed)
        second.restore(checkpoint.load(self.folder / 'last.pt'))
        self.assertTrue(run(second, schedule, self.folder, log=lambda line: None))
        self.assertEqual(second.steps, straight.steps)
        for one, other in zip(straight.network.parameters(), second.network.parameters()):
            self.assertTrue(torch.equal(one, other))
        self.assertEqual(
            [point['natsPerToken'] for point in straight.curve], [point['natsPerToken'] for point in second.curve]
        )


    def test_so_does_the_running_mean(self):
        schedule = ByTokens(1500)
        straight = self.training(average=0.9)
        run(straight, schedule, self.folder, log=lambda line: None)
        run(self.training(average=0.9), schedule, self.folder, most_steps=17, log=lambda line: None)
        second = self.training(average=0.9)
        second.restore(checkpoint.load(self.folder / 'last.pt'))
        run(second, schedule, self.folder, log=lambda line: None)
        for one, other in zip(straight.measured().parameters(), second.measured().parameters()):
            self.assertTrue(torch.equal(one, other))


class RunningMeanTest(Folder):
    def test_is_the_weighted_mean_of_the_weights(self):
        training = self.training(average=0.9)
        expected = training.network.bias.own.detach().clone()
        for step in range(12):
            training.step(0.01)
            keep = min(0.9, (1 + step) / (10 + step))
            expected = keep * expected + (1 - keep) * training.network.bias.own.detach()
        self.assertLess((training.measured().bias.own - expected).abs().max(), 1e-6)
        self.assertGreater((training.measured().bias.own - training.network.bias.own).abs().max(), 1e-4)


class BestTest(Folder):
    def test_the_lowest_held_out_figure_is_kept(self):
        training = self.training()
        # Measured after each step.
        run(training, ByTokens(3000), self.folder, measure_every=0.0, log=lambda line: None)
        best = checkpoint.load(self.folder / 'best.pt')
        lowest = min(point['natsPerToken'] for point in training.curve)
        self.assertEqual(best['curve'][-1]['natsPerToken'], lowest)
        network = checkpoint.network_of(self.folder / 'best.pt', self.shards.vocabulary).at_precision(torch.bfloat16)
        self.assertAlmostEqual(
            held_out(network, self.shards.pieces('valid'), self.shards.vocabulary, kind=torch.bfloat16)['natsPerToken'], lowest, places=5
        )


class LearningTest(Folder):
    def test_learns_what_repeats(self):
        training = self.training(dropout=0.0, stretch=0.0, transpose_down=0, transpose_up=0)
        first = training.step(0.01)
        for _ in range(150):
            last = training.step(0.01)
        self.assertLess(last, 0.6 * first)


class HeldOutTest(Folder):
    def test_batches_and_windows_do_not_change_the_figure(self):
        network = Network(self.shards.vocabulary, SMALL)
        pieces = self.shards.pieces('valid')
        whole = held_out(network, pieces, self.shards.vocabulary, window=1000, batch=1)
        parts = held_out(network, pieces, self.shards.vocabulary, window=7, batch=3)
        self.assertEqual(whole['tokens'], sum(len(piece.tokens) for piece in pieces))
        self.assertAlmostEqual(whole['nats'], parts['nats'], places=2)
        self.assertAlmostEqual(whole['natsPerNote'], whole['nats'] / 30, places=6)


class ScheduleTest(unittest.TestCase):
    def test_the_rate_rises_then_falls_to_its_end(self):
        config = replace(SMALL, warmup=0.1, final_rate=0.001)
        self.assertEqual(rate_at(0, config), 0)
        self.assertAlmostEqual(rate_at(0.1, config), config.rate)
        self.assertAlmostEqual(rate_at(0.55, config), (config.rate + 0.001) / 2)
        self.assertAlmostEqual(rate_at(1, config), 0.001)

    def test_a_run_by_the_clock_goes_on_where_it_was_and_ends_in_time(self):
        now = [100.0]
        schedule = ByClock(200.0, progress=0.4, now=lambda: now[0])
        self.assertAlmostEqual(schedule.progress(0), 0.4)
        now[0] = 150.0
        self.assertAlmostEqual(schedule.progress(0), 0.7)
        now[0] = 900.0
        self.assertEqual(schedule.progress(0), 1.0)


class CommandTest(Folder):
    FLAGS = ['--units', '12', '--embedding', '8', '--batch', '4', '--window', '8']

    def command(self, *launcher):
        return [
            sys.executable, *launcher, str(HERE / 'train.py'), '--data', str(self.folder / 'data'),
            '--out', str(self.folder / 'run'), *self.FLAGS,
        ]

    def test_sigterm_writes_a_checkpoint_from_which_it_goes_on(self):
        with subprocess.Popen([*self.command(), '--tokens', '1e12'], stdout=subprocess.PIPE, text=True) as process:
            self.assertIn('started', process.stdout.readline())
            process.send_signal(signal.SIGTERM)
            rest = process.stdout.read()
        self.assertEqual(process.returncode, 0)
        self.assertIn('the same command goes on', rest)
        content = checkpoint.load(self.folder / 'run' / 'last.pt')
        again = subprocess.run(
            [*self.command(), '--tokens', str(content['tokens'] + 300)], capture_output=True, text=True, check=True
        )
        self.assertIn('resumed', again.stdout)
        self.assertIn('finished', again.stdout)

    def test_two_processes_train_one_network(self):
        environment = {**os.environ, 'OMP_NUM_THREADS': '1', 'CUDA_VISIBLE_DEVICES': ''}
        launcher = ('-m', 'torch.distributed.run', '--nproc_per_node', '2', '--standalone', '--redirects', '1', '--tee', '1')
        done = subprocess.run(
            [*self.command(*launcher), '--tokens', '800'], capture_output=True, text=True, env=environment
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        content = checkpoint.load(self.folder / 'run' / 'last.pt')
        self.assertEqual(len(content['shares']), 2)
        self.assertFalse(set(content['shares'][0]['streams']['places']) & set(content['shares'][1]['streams']['places']))
        self.assertTrue(np.isfinite(content['curve'][-1]['natsPerToken']))


if __name__ == '__main__':
    unittest.main()
