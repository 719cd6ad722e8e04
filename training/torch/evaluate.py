"""
Held-out nats of a checkpoint or a model folder, by token and by note (which compares encodings).

    python3 evaluate.py --data FOLDER CHECKPOINT_OR_MODEL_FOLDER [--split valid]
"""

import machine  # noqa: F401  (before torch)

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from data import Shards
from model import KINDS
from joint import Joint
from planning import KNOWN, Planning


@torch.no_grad()
def held_out(network, pieces, vocabulary, device='cpu', kind=torch.float32, window=256, batch=48, merge=None):
    """
    Each piece from a zero state and the start token. Returns nats in all, tokens, notes, nats a token, nats a note (None where there are none, as in text),
    and the mean nats of the tokens of each range. `merge` (token): tokens of one number count as the same, which compares codecs
    that tell more or less apart.
    """
    before, training = network.kind, network.training
    network.at_precision(kind).eval()
    nats = np.zeros(vocabulary.size)
    counts = np.zeros(vocabulary.size, np.int64)
    pieces = sorted(pieces, key=lambda piece: len(piece.tokens))
    planning, joint = Planning(vocabulary), Joint(vocabulary)
    for begin in range(0, len(pieces), batch):
        group = pieces[begin:begin + batch]
        wanted_of = [joint(piece.tokens)[1] if joint else planning(piece.tokens) for piece in group]
        lengths = [len(wanted) for wanted in wanted_of]
        longest = max(lengths)
        inputs = np.full((longest, len(group)), 0 if joint else vocabulary.start_token, np.int64)
        targets = np.full((longest, len(group)), KNOWN, np.int64)
        for column, piece in enumerate(group):
            inputs[:lengths[column], column] = network.fed(piece.tokens)
            targets[:lengths[column], column] = wanted_of[column]
        state = network.zero_state(len(group), device)
        for at in range(0, longest, window):
            live = sum(length <= at for length in lengths)  # sorted by length: the pieces that have ended come first
            lengths = lengths[live:]
            inputs, targets = inputs[:, live:], targets[:, live:]
            state = [tuple(part[live:] for part in layer) for layer in state]
            logits, state = network(torch.from_numpy(inputs[at:at + window]).to(device), state)
            wanted = targets[at:at + window]
            said = torch.from_numpy(np.maximum(wanted, 0)).to(device)
            if merge is None:
                chances = logits.log_softmax(-1)
            else:
                chances, said = torch.zeros_like(logits).index_add_(-1, merge, logits.softmax(-1)).log(), merge[said]
            scores = chances.gather(-1, said[..., None])
            real = wanted >= 0
            np.add.at(nats, wanted[real], -scores.squeeze(-1).cpu().numpy()[real].astype(np.float64))
            np.add.at(counts, wanted[real], 1)
    network.at_precision(before).train(training)
    notes = sum(piece.notes for piece in pieces)
    total, tokens = float(nats.sum()), int(counts.sum())
    plan = {} if planning.first is None or not notes else {
        'planNatsPerNote': float(nats[planning.first:planning.now].sum()) / notes}
    ranges = {}
    for entry in vocabulary.ranges:
        block = slice(entry.first, entry.first + entry.size)
        if counts[block].sum():
            ranges[entry.name] = float(nats[block].sum() / counts[block].sum())
    return {
        'pieces': len(pieces), 'tokens': tokens, 'notes': notes, 'nats': total,
        'natsPerToken': total / tokens, 'natsPerNote': total / notes if notes else None, **plan, 'ranges': ranges,
    }



def words(figures):
    """The two figures as people read them."""
    a_note = '' if figures['natsPerNote'] is None else f', {figures["natsPerNote"]:.4f} nats a note'
    plan = f' ({figures["planNatsPerNote"]:.4f} of them the plan)' if 'planNatsPerNote' in figures else ''
    return f'{figures["natsPerToken"]:.4f} nats a token{a_note}{plan}'


def main():
    from checkpoint import network_of
    from model_folder import read_network

    parser = argparse.ArgumentParser(description='Held-out nats a token and a note')
    parser.add_argument('path', help='a checkpoint (.pt) or a model folder')
    parser.add_argument('--data', required=True)
    parser.add_argument('--split', default='valid')
    parser.add_argument('--precision', choices=KINDS, default='float32')
    arguments = parser.parse_args()
    shards = Shards(arguments.data)
    read = read_network if Path(arguments.path).is_dir() else network_of
    network = read(arguments.path, shards.vocabulary)
    pieces = shards.pieces(arguments.split)
    print(json.dumps(held_out(network, pieces, shards.vocabulary, kind=KINDS[arguments.precision]), indent=2))


if __name__ == '__main__':
    main()
