"""
Choices by measurement: networks trained from scratch on the same music with the same compute, one choice changed at a time.

    python3 choices.py piano --shards FOLDER --out FOLDER [--compute 7e12] [--precision float32] [--only NAME ...]
    python3 choices.py folk --shards FOLDER --out FOLDER ...

--shards has a data set a codec, as `continuo dataset build --codec CODEC --out FOLDER/CODEC` writes them. Compute is counted in
multiply-adds of the way forward, which the way back doubles for each of them alike, so that neither the machine nor what else it
does decides anything. Writes OUT/NAME (a model folder each, to measure its step with `npm run bench -- --model`),
OUT/choices.json, and OUT/choices.md for the card. The same command goes on where it was stopped, choice by choice.
"""

import machine  # noqa: F401  (before torch)

import argparse
import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import torch

import checkpoint
from config import Config
from data import Shards
from evaluate import held_out
from model_folder import write
from processes import Processes
from schedule import ByTokens
from train import Stop, Training, run

PIANO = Config(batch=32, window=96, dropout=0.05)
FOLK = Config(
    embedding=192, factored=False, numbers=17, dropout=0.3, batch=32, window=160, rate=1.5e-3, decay=0.05, average=0.998,
    transpose_down=0, transpose_up=0, stretch=0.0, precision='float32',
)
AS_IT_IS = dict(transpose_down=0, transpose_up=0, stretch=0.0)


@dataclass(frozen=True)
class Choice:
    name: str
    says: str  # what is different from the first
    codec: str = 'performance-packed-16'
    changes: dict = field(default_factory=dict)
    every: int = 1  # of the training pieces, one in so many

    def config(self, base, data):
        return replace(base, data=str(data), **self.changes)


CHOICES = {
    'piano': (PIANO, [
        Choice('packed-16', '2 x LSTM 384, 16 velocities in the note, in all keys'),
        Choice('plain-388', 'plain 388 classes', 'performance-388'),
        Choice('packed-32', '32 velocities', 'performance-packed-32'),
        Choice('packed-8', '8 velocities', 'performance-packed-8'),
        Choice('gru', '2 x GRU 384', changes=dict(cell='gru')),
        Choice('gru-seed-2', '2 x GRU 384, another seed', changes=dict(cell='gru', seed=2)),
        Choice('gru-packed-8', '2 x GRU 384, 8 velocities', 'performance-packed-8', dict(cell='gru')),
        Choice('gru-plain-388', '2 x GRU 384, plain 388 classes', 'performance-388', dict(cell='gru')),
        Choice('gru-packed-32', '2 x GRU 384, 32 velocities', 'performance-packed-32', dict(cell='gru')),
        Choice('gru-256', '2 x GRU 256', changes=dict(cell='gru', units=256, embedding=256)),
        Choice('gru-512', '2 x GRU 512', changes=dict(cell='gru', units=512, embedding=512)),
        Choice('gru-no-augmentation', '2 x GRU 384, each piece as it is', changes=dict(cell='gru', **AS_IT_IS)),
        Choice('forget-bias', 'forget gates begin open', changes=dict(forget_bias=1.0)),
        Choice('units-256', '2 x LSTM 256', changes=dict(units=256, embedding=256)),
        Choice('units-512', '2 x LSTM 512', changes=dict(units=512, embedding=512)),
        Choice('layers-3', '3 x LSTM 512', changes=dict(layers=3, units=512, embedding=512)),
        Choice('no-augmentation', 'each piece as it is', changes=AS_IT_IS),
        Choice('seed-2', 'another seed', changes=dict(seed=2)),
        Choice('few', 'a sixteenth of the pieces', every=16),
        Choice('few-no-augmentation', 'a sixteenth of the pieces, each as it is', changes=AS_IT_IS, every=16),
    ]),
    'folk': (FOLK, [
        Choice('numbered', '2 x LSTM 384, numbered bar lines', 'folk-session-1'),
        Choice('plain-bars', 'bar lines as they are', 'folk-session-1', dict(numbers=0)),
        Choice('gru', '2 x GRU 384', 'folk-session-1', dict(cell='gru')),
        Choice('units-256', '2 x LSTM 256', 'folk-session-1', dict(units=256)),
        Choice('units-512', '2 x LSTM 512', 'folk-session-1', dict(units=512)),
        Choice('layers-3', '3 x LSTM 512', 'folk-session-1', dict(layers=3, units=512)),
        Choice('seed-2', 'another seed', 'folk-session-1', dict(seed=2)),
    ]),
}


class Some(Shards):
    """Shards with one in `every` of their training pieces."""

    def __init__(self, folder, every):
        super().__init__(folder)
        self.every = every

    def pieces(self, split):
        return super().pieces(split)[::self.every if split == 'train' else 1]


def multiply_adds(config, vocabulary):
    """Of one token's way forward: the input row is looked up, not multiplied."""
    gates = 4 if config.cell == 'lstm' else 3
    widths = [config.embedding] + [config.units] * (config.layers - 1)
    return sum(gates * config.units * (width + config.units) for width in widths) + config.units * vocabulary.size


COARSE = 8  # velocities that every packed codec tells apart


def packed_notes(vocabulary):
    """The ranges whose tokens are a pitch and its velocity."""
    return [entry for entry in vocabulary.with_field('bin') if 'pitch' in dict(entry.fields)]


def coarse_velocities(vocabulary):
    """For each token the class of tokens that differ at most in which of eight velocities' finer bins it is: (token)."""
    classes = np.arange(vocabulary.size)
    for entry in packed_notes(vocabulary):
        finer = dict(entry.fields)['bin'] // COARSE
        bins = entry.digits('bin')
        classes[entry.first:entry.first + entry.size] -= (bins % finer) * entry.stride('bin')
    return torch.from_numpy(classes)


def measure(choice, base, shards_folder, out, compute, stop):
    """Trains one choice to the end. Returns its row, or None where it was stopped."""
    data = Path(shards_folder) / choice.codec
    shards = Some(data, choice.every)
    config = choice.config(base, data)
    each = multiply_adds(config, shards.vocabulary)
    folder = Path(out) / choice.name
    folder.mkdir(parents=True, exist_ok=True)
    training = Training(shards, config, Processes())
    last = folder / 'last.pt'
    if last.exists():
        training.restore(checkpoint.load(last))
    finished = run(training, ByTokens(compute / each), folder, measure_every=1e9, stop=stop)
    if not finished:
        return None
    network, pieces, vocabulary = training.measured(), shards.pieces('valid'), shards.vocabulary
    write(folder, network, vocabulary, {'name': choice.says, 'corpus': shards.meta['corpus'], 'licence': shards.meta['licence']})
    coarse = None
    if packed_notes(vocabulary):
        coarse = held_out(network, pieces, vocabulary, merge=coarse_velocities(vocabulary))['natsPerNote']
    last.unlink()
    end = training.curve[-1]
    return {
        'name': choice.name, 'says': choice.says, 'codec': choice.codec, 'config': asdict(replace(config, data='')),
        'values': sum(parameter.numel() for parameter in network.parameters()), 'multiplyAdds': each,
        'tokens': training.tokens, 'epochs': training.streams.epoch, **{name: end[name] for name in ('trainNatsPerToken', 'natsPerToken', 'natsPerNote')}, 'coarseNatsPerNote': coarse,
    }


def table(rows):
    """Markdown."""
    coarse = any(row['coarseNatsPerNote'] for row in rows)
    head = ['', 'M multiply-adds a token', 'M tokens', 'epochs', 'nats a token', 'nats a note', *(['with 8 velocities'] if coarse else [])]
    lines = ['| ' + ' | '.join(head) + ' |', '|' + '---|' * len(head)]
    for row in rows:
        cells = [
            row['says'], f'{row["multiplyAdds"] / 1e6:.2f}', f'{row["tokens"] / 1e6:.2f}', f'{row["epochs"]:.1f}',
            f'{row["natsPerToken"]:.3f}', f'{row["natsPerNote"]:.3f}',
            *([f'{row["coarseNatsPerNote"]:.3f}' if row['coarseNatsPerNote'] else ''] if coarse else []),
        ]
        lines.append('| ' + ' | '.join(cells) + ' |')
    return '\n'.join(lines) + '\n'


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('what', choices=CHOICES)
    parser.add_argument('--shards', required=True)
    parser.add_argument('--out', required=True)
    parser.add_argument('--compute', type=float, default=7e12, help='multiply-adds of the way forward, for each')
    parser.add_argument('--precision', choices=('bfloat16', 'float32'), help='of products, instead of what the choices say')
    parser.add_argument('--only', nargs='+', metavar='NAME')
    arguments = parser.parse_args()
    out = Path(arguments.out)
    out.mkdir(parents=True, exist_ok=True)
    record = out / 'choices.json'
    rows = json.loads(record.read_text()) if record.exists() else []
    base, choices = CHOICES[arguments.what]
    if arguments.precision:
        base = replace(base, precision=arguments.precision)
    stop = Stop()
    for choice in choices:
        if any(row['name'] == choice.name for row in rows) or (arguments.only and choice.name not in arguments.only):
            continue
        row = measure(choice, base, arguments.shards, out, arguments.compute, stop)
        if row is None:
            break
        rows.append(row)
        record.write_text(json.dumps(rows, indent=2) + '\n')
        (out / 'choices.md').write_text(table(rows))
        print(f'{choice.says}: {row["natsPerNote"]:.4f} nats a note', flush=True)


if __name__ == '__main__':
    main()
