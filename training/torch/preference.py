"""
A network learns which of two tunes of one wish is the better one: direct preference optimization (Rafailov et al. 2023).

    python3 preference.py --data SHARDS --model models/folk-session --pairs pairs.jsonl --out preferred.pt

A line of the pairs (scripts/preference-pairs.mjs writes them) is {"better": [token, ...], "worse": [token, ...]}: a tune by people and one that the network
made after it, or the best and the worst of many by a critic. What counts is by how much more the network has come to prefer the better one than
the network did that it began as, so it stays near that; `--near` holds it nearer, token by token. Both hear a pair under the same dropout.
Where the wish decides (header, form, bar lines), and where a bar is said again to the letter, which is recall's affair, a tune is neither better nor worse.
"""

import machine  # before torch

import argparse
import copy
import json
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

import checkpoint
from data import Shards
from evaluate import held_out, words
from model_folder import read_network
from planning import KNOWN, Planning
from recall import boundary_tokens

# Ranges of tokens that a wish decides, or the meter.
GIVEN = ('bounds', 'meter', 'key', 'bar', 'type', 'more meters', 'more modes', 'more bars')
SHORTEST = 2  # tokens of a bar that is said again: a shorter one is so by chance


class Reading:
    """What of a tune's tokens counts."""

    def __init__(self, vocabulary):
        self.planning = Planning(vocabulary)
        self.given = np.zeros(vocabulary.size, bool)
        self.given[boundary_tokens(vocabulary, GIVEN)] = True
        self.ends = set(boundary_tokens(vocabulary, ('bounds', 'bar', 'more bars')))

    def __call__(self, tokens):
        """tokens (time) -> what is to be foretold (time), KNOWN where nothing counts."""
        tokens = np.asarray(tokens, np.int64)
        targets = self.planning(tokens)
        return np.where(self.given[tokens] | self.again(tokens), KNOWN, targets)

    def again(self, tokens):
        """Which tokens (time) are of a bar that says an earlier one again to the letter: bool."""
        said, found, begin = set(), np.zeros(len(tokens), bool), 0
        for at, token in enumerate(tokens.tolist()):
            if token not in self.ends:
                continue
            bar = tuple(token for token in tokens[begin:at].tolist() if not self.given[token])
            if len(bar) >= SHORTEST:
                found[begin:at] = bar in said
                said.add(bar)
            begin = at + 1
        return found


def read_pairs(paths, reading, fed):
    """Of each pair two tunes, the better one first: (what the network is fed, what is to be foretold)."""
    pairs = []
    for path in paths:
        with open(path, encoding='utf-8') as lines:
            for line in lines:
                both = json.loads(line)
                pairs.append(tuple((fed(both[name]), reading(both[name])) for name in ('better', 'worse')))
    return pairs


def columns(pairs, start):
    """Tunes side by side, all better ones, then all worse ones: inputs and targets (time, 2 x pairs)."""
    tunes = [pair[side] for side in (0, 1) for pair in pairs]
    longest = max(len(targets) for _, targets in tunes)
    inputs, wanted = (np.full((longest, len(tunes)), fill, np.int64) for fill in (start, KNOWN))
    for column, (fed, targets) in enumerate(tunes):
        inputs[:len(fed), column], wanted[:len(targets), column] = fed, targets
    return torch.from_numpy(inputs), torch.from_numpy(wanted)


def chances(network, inputs):
    """Logarithms of what the network gives each token at each place: (time, tune, token)."""
    logits, _ = network(inputs, network.zero_state(inputs.shape[1]))
    return logits.log_softmax(-1)


def of_tunes(logs, wanted):
    """Logarithm of each tune's probability: (tune)."""
    said = logs.gather(-1, wanted.clamp(min=0)[..., None])[..., 0]
    return (said * (wanted >= 0)).sum(0)


def margins(now, before, wanted):
    """By how much more each pair's better tune is preferred than before: (pair)."""
    gained = of_tunes(now, wanted) - of_tunes(before, wanted)
    better, worse = gained.chunk(2)
    return better - worse


def apart(now, before, wanted):
    """Kullback-Leibler divergence from what stood before, a token that counts."""
    counts = wanted >= 0
    return ((before.exp() * (before - now)).sum(-1) * counts).sum() / counts.sum()


def both(network, reference, inputs):
    """What network and reference say, under one dropout."""
    drawn = torch.get_rng_state()
    with torch.no_grad():
        before = chances(reference, inputs)
    torch.set_rng_state(drawn)
    return chances(network, inputs), before


def batches(pairs, size, draw):
    """Indices of pairs of similar length side by side, in a new order each time."""
    lengths = [max(len(targets) for _, targets in pair) * draw.uniform(0.95, 1.05) for pair in pairs]
    order = np.argsort(lengths)
    groups = [order[first:first + size] for first in range(0, len(order), size)]
    return [groups[index] for index in draw.permutation(len(groups))]


class Preference:
    def __init__(self, network, options):
        self.network, self.options = network, options
        self.reference = copy.deepcopy(network)
        for each in (self.network, self.reference):
            each.dropout.keep = 1 - options.dropout
            each.train()
        self.optimizer = torch.optim.AdamW(network.parameters(), lr=options.rate, betas=(0.9, 0.98), weight_decay=0.0)

    def step(self, pairs, rate):
        """One update. Returns its loss, the share of pairs whose better tune is preferred more than before, and how far the network is from what it was."""
        inputs, wanted = columns(pairs, self.network.start)
        now, before = both(self.network, self.reference, inputs)
        margin, distance = margins(now, before, wanted), apart(now, before, wanted)
        loss = functional.softplus(-self.options.beta * margin).mean() + self.options.near * distance
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        for group in self.optimizer.param_groups:
            group['lr'] = rate
        self.optimizer.step()
        return loss.item(), float((margin > 0).float().mean()), distance.item()

    @torch.no_grad()
    def measure(self, pairs, batch=32):
        """Of pairs that were not trained on, without dropout: as `step` has it, but for the loss."""
        right, distance = [], []
        for each in (self.network, self.reference):
            each.eval()
        for first in range(0, len(pairs), batch):
            inputs, wanted = columns(pairs[first:first + batch], self.network.start)
            now, before = both(self.network, self.reference, inputs)
            right.extend((margins(now, before, wanted) > 0).float().tolist())
            distance.append(apart(now, before, wanted).item())
        for each in (self.network, self.reference):
            each.train()
        return float(np.mean(right)), float(np.mean(distance))


def rate_of(step, steps, top):
    """Rises over a twentieth of the run, then falls to nothing."""
    return top * min(1.0, 20 * (step + 1) / steps, (steps - step) / steps)


def train(arguments, log=print):
    torch.manual_seed(arguments.seed)
    shards = Shards(arguments.data)
    source = Path(arguments.model)
    read = read_network if source.is_dir() else checkpoint.network_of
    network = read(source, shards.vocabulary)
    reading = Reading(shards.vocabulary)
    pairs, unseen = (read_pairs(paths, reading, network.fed) for paths in (arguments.pairs, arguments.held_out))
    preference, pieces = Preference(network, arguments), shards.pieces('valid')
    draw = np.random.default_rng(arguments.seed)
    plan = [group for _ in range(arguments.epochs) for group in batches(pairs, arguments.batch, draw)]
    measured = lambda: log(
        words(held_out(network, pieces, shards.vocabulary))
        + (', held-out pairs preferred {:.3f}, {:.4f} nats a token from what it was'.format(*preference.measure(unseen)) if unseen else ''))
    log(f'{len(pairs)} pairs, {len(plan)} updates')
    measured()
    began, seen = time.perf_counter(), []
    for step, group in enumerate(plan):
        seen.append(preference.step([pairs[index] for index in group], rate_of(step, len(plan), arguments.rate)))
        if (step + 1) % arguments.measure_every == 0 or step + 1 == len(plan):
            loss, right, distance = np.mean(seen, axis=0)
            log(f'{step + 1}: {time.perf_counter() - began:.0f} s, loss {loss:.4f}, preferred {right:.3f}, {distance:.4f} nats a token from what it was')
            seen = []
            measured()
            save(arguments, network, shards, step + 1, time.perf_counter() - began)
    return network


def save(arguments, network, shards, steps, seconds):
    said = {name: value for name, value in vars(arguments).items() if name not in ('data', 'out')}
    checkpoint.save(arguments.out, {
        'config': asdict(network.config), 'vocabularyHash': shards.vocabulary.hash, 'network': network.state_dict(), 'steps': steps, 'seconds': seconds,
        'origin': {'warmStart': Path(arguments.model).name, 'taken': 'whole', 'preference': said}, 'machine': machine.describe(),
    })


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', required=True, help='shards: their vocabulary, and their held-out pieces, which are measured')
    parser.add_argument('--model', required=True, help='the network that it begins as: a model folder or a checkpoint')
    parser.add_argument('--pairs', nargs='+', required=True)
    parser.add_argument('--held-out', nargs='*', default=[], help='pairs that are not trained on')
    parser.add_argument('--out', required=True)
    parser.add_argument('--beta', type=float, default=0.1, help='the more, the nearer it stays to the network that it began as')
    parser.add_argument('--near', type=float, default=0.0, help='weight of the divergence from that, a token')
    parser.add_argument('--dropout', type=float, default=0.4)
    parser.add_argument('--epochs', type=int, default=1)
    parser.add_argument('--batch', type=int, default=16)
    parser.add_argument('--rate', type=float, default=2e-4)
    parser.add_argument('--measure-every', type=int, default=60, metavar='UPDATES')
    parser.add_argument('--seed', type=int, default=1)
    train(parser.parse_args())


if __name__ == '__main__':
    main()
