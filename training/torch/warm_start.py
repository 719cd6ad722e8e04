"""
A network started from a model folder. Writes a checkpoint for `train.py --from`.

    python3 warm_start.py --data FOLDER --from MODEL_FOLDER --out START.pt [--dropout ...]

Where the data's vocabulary is the folder's, its weights are taken as they are, and so are its cell and sizes; and so they are where
the data tell fewer velocities apart: the row of a note is the mean of the rows that it takes the place of, its bias
the logarithm of the sum of their odds. Where the data's vocabulary is that of tunes with their plans, and the folder's that of tunes
alone, which it begins with, the rows of a plan's tokens begin anew. A folder in Performance RNN's 388 classes starts a network in the packed performance too: its
LSTM layers as they are, its rows put together anew. NOTE_ON (pitch, bin): the input row is the sum of the row of the pitch and the mean of the rows of the velocities in the bin;
the output row is the pitch's, its bias lowered by the share that the bin has among the corpus's notes. NOTE_OFF and
TIME_SHIFT rows are copied.
"""

import machine  # noqa: F401  (before torch)

import argparse
from dataclasses import asdict, replace

import numpy as np
import torch

import checkpoint
from config import Config, add_arguments, from_arguments
from data import Shards
from model import Network
from model_folder import network_from, read_network, read_weights, vocabulary_hash

LOWEST = 21  # the packed form's first key
NOTE_ON, NOTE_OFF, TIME_SHIFT, VELOCITY = 0, 128, 256, 356  # where the 388 classes' ranges begin
VELOCITY_BINS = 32


def bin_shares(pieces, entry):
    """How often each velocity bin occurs among the notes. (bin)"""
    tokens = np.concatenate([piece.tokens for piece in pieces]).astype(np.int64)
    notes = tokens[(tokens >= entry.first) & (tokens < entry.first + entry.size)] - entry.first
    counts = np.bincount(entry.digits('bin')[notes], minlength=dict(entry.fields)['bin'])
    return (counts + 1) / (counts + 1).sum()


@torch.no_grad()
def start(network, vocabulary, weights, shares):
    """Fills `network` (factored, of the same widths) from the weights of a 388-class folder."""
    ranges = {entry.name: entry for entry in vocabulary.ranges}
    keys = dict(ranges['NOTE_ON'].fields)['pitch']
    bins = dict(ranges['NOTE_ON'].fields)['bin']
    finer = VELOCITY_BINS // bins
    pitches = slice(NOTE_ON + LOWEST, NOTE_ON + LOWEST + keys)

    for number, layer in enumerate(network.layers):
        part = f'lstm_{number}/'
        layer.load_keras({name[len(part):]: torch.from_numpy(value) for name, value in weights.items() if name.startswith(part)})

    tables = (
        (network.embedding, torch.from_numpy(weights['embedding/embeddings'])),
        (network.output, torch.from_numpy(weights['logits/kernel'].T.copy())),
        (network.bias, torch.from_numpy(weights['logits/bias'])[:, None]),
    )
    for table, rows in tables:
        table.own.zero_()
        for name, first in (('NOTE_OFF', NOTE_OFF + LOWEST), ('TIME_SHIFT', TIME_SHIFT)):
            entry = ranges[name]
            table.own[entry.first:entry.first + entry.size] = rows[first:first + entry.size]
        table.fields['NOTE_ON_pitch'].copy_(rows[pitches])
        table.fields['NOTE_ON_bin'].zero_()
    velocities = torch.from_numpy(weights['embedding/embeddings'])[VELOCITY:VELOCITY + VELOCITY_BINS]
    network.embedding.fields['NOTE_ON_bin'].copy_(velocities.view(bins, finer, -1).mean(1))
    network.bias.fields['NOTE_ON_bin'].copy_(torch.from_numpy(np.log(shares))[:, None])


def finer(model, weights, vocabulary):
    """How many velocities of the folder each of the data's takes the place of, in the same packed codec; None where it is another."""
    notes = [entry for entry in vocabulary.ranges if [name for name, _ in entry.fields] == ['pitch', 'bin']]
    codec = model.get('userDefinedMetadata', {}).get('continuo', {}).get('codec', '')
    if len(notes) != 1 or codec.rsplit('-', 1)[0] != vocabulary.codec.rsplit('-', 1)[0]:
        return None
    more, left = divmod(len(weights['logits/bias']) - vocabulary.size, notes[0].size)
    return more + 1 if more > 0 and not left else None


def fewer_velocities(weights, entry, factor):
    """A folder's weights with each `factor` neighbouring velocities of the notes in `entry` (the data's range) made one."""
    def folded(rows, join):
        notes = slice(entry.first, entry.first + factor * entry.size)
        joined = join(rows[notes].reshape(entry.size, factor, *rows.shape[1:]))
        return np.concatenate([rows[:notes.start], joined, rows[notes.stop:]])

    mean = lambda rows: rows.mean(1)
    return {
        **weights,
        'embedding/embeddings': folded(weights['embedding/embeddings'], mean),
        'logits/kernel': folded(weights['logits/kernel'].T, mean).T.copy(),
        'logits/bias': folded(weights['logits/bias'], lambda rows: np.logaddexp.reduce(rows, 1)),
    }


def without_plans(model, weights, vocabulary):
    """The vocabulary of tunes alone, where the data have plans and the folder has none; else None."""
    first = vocabulary.planning['first'] if vocabulary.planning else None
    if first is None or len(weights['logits/bias']) != first:
        return None
    ranges = tuple(entry for entry in vocabulary.ranges if entry.first < first)
    return replace(vocabulary, ranges=ranges, size=first, hash=vocabulary_hash(model), planning=None)


@torch.no_grad()
def add_plans(network, trained):
    """Fills `network` from one whose vocabulary it begins with."""
    shared, numbers = len(trained.output.own), network.config.numbers
    for table, source in zip((network.embedding, network.output, network.bias), (trained.embedding, trained.output, trained.bias)):
        table.own[:shared] = source.own[:shared]
    network.output.own[shared:] *= 0.1
    network.bias.own[shared:] = -4.0
    if numbers:
        network.embedding.own[-numbers:] = trained.embedding.own[-numbers:]
    network.layers.load_state_dict(trained.layers.state_dict())


@torch.no_grad()
def go_on(network, trained):
    """Fills `network` from one of the same vocabulary and sizes: a factored table begins as its rows' own parts alone."""
    for table, source in zip((network.embedding, network.output, network.bias), (trained.embedding, trained.output, trained.bias)):
        for part in table.fields.values():
            part.zero_()
        table.own[:len(source.own)] = source.own
    if network.config.numbers and not trained.config.numbers:  # each number begins as the bar line that it stands for
        rows = network.embedding.own
        rows[-network.config.numbers:] = rows[list(network.counting.counted)].mean(0)
    network.layers.load_state_dict(trained.layers.state_dict())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--from', dest='source', required=True, metavar='MODEL_FOLDER')
    parser.add_argument('--out', required=True, metavar='CHECKPOINT')
    add_arguments(parser)
    arguments = parser.parse_args()
    config = from_arguments(arguments, Config())
    shards = Shards(config.data)
    model, weights = read_weights(arguments.source)
    factor = finer(model, weights, shards.vocabulary)
    tunes = without_plans(model, weights, shards.vocabulary)
    if tunes or factor or vocabulary_hash(model) == shards.vocabulary.hash:
        if tunes:
            trained = network_from(weights, tunes)
        elif factor:
            notes = next(entry for entry in shards.vocabulary.ranges if entry.name == 'NOTE_ON')
            trained = network_from(fewer_velocities(weights, notes, factor), shards.vocabulary)
        else:
            trained = read_network(arguments.source, shards.vocabulary)
        same = {name: getattr(trained.config, name) for name in ('cell', 'layers', 'units', 'embedding')}
        config = Config(**{**asdict(config), **same})
        network = Network(shards.vocabulary, config)
        (add_plans if tunes else go_on)(network, trained)
        taken = 'tunes' if tunes else 'velocities' if factor else 'whole'
    else:
        network = Network(shards.vocabulary, config)
        note_on = next(entry for entry in shards.vocabulary.ranges if entry.name == 'NOTE_ON')
        start(network, shards.vocabulary, weights, bin_shares(shards.pieces('train'), note_on))
        taken = 'layers'
    checkpoint.save(arguments.out, {
        'config': asdict(config), 'vocabularyHash': shards.vocabulary.hash, 'network': network.state_dict(),
        'origin': {'warmStart': model['modelTopology']['config']['name'], 'taken': taken},
    })


if __name__ == '__main__':
    main()
