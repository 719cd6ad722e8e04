"""
What PyTorch computes in one step of plain gradient descent, for the trainer in TypeScript to be held against.

    python3 make_parity.py [../../test/train/parity.json]

For each kind of cell a tiny network: its weights (as a model folder names them), the state it begins in, a batch of windows, one
of which has a piece that begins within it, the mean nats a target, and the weights after one step without dropout and clipping.
"""

import machine  # noqa: F401  (before torch)

import json
import sys
from pathlib import Path

import torch

from config import Config
from model import Network, loss_of
from model_folder import keras_weights
from vocabulary import Range, Vocabulary

CLASSES, BATCH, TIME, RATE = 7, 3, 6, 0.5
FILE = Path(__file__).resolve().parents[2] / 'test' / 'train' / 'parity.json'
VOCABULARY = Vocabulary((Range('TOKEN', 0, (('token', CLASSES),)),), CLASSES, '', 0, 'test')


def parity(cell):
    torch.manual_seed(7)
    config = Config(cell=cell, layers=2, units=5, embedding=4, factored=False, dropout=0.0, precision='float32')
    network = Network(VOCABULARY, config)
    for parameter in network.parameters():
        parameter.data = torch.randn_like(parameter) * 0.4
    if cell == 'lstm':
        # torch has two biases that are only ever added: the second stays at zero, else their sum would move twice.
        for layer in network.layers:
            layer.cell.bias_hh_l0.requires_grad_(False).zero_()
    state = [tuple(torch.randn(BATCH, config.units) * 0.5 for _ in layer) for layer in network.zero_state(BATCH)]
    inputs = torch.randint(0, CLASSES, (TIME, BATCH))
    targets = torch.randint(0, CLASSES, (TIME, BATCH))
    fresh = torch.zeros(TIME, BATCH, dtype=torch.bool)
    fresh[4, 1] = True
    before = {name: plain(value) for name, value in keras_weights(network).items()}  # views of what will move
    optimizer = torch.optim.SGD([p for p in network.parameters() if p.requires_grad], lr=RATE)
    logits, after = network(inputs, state, fresh)
    loss = loss_of(logits, targets)
    loss.backward()
    optimizer.step()
    return {
        'cell': cell, 'units': config.units, 'layers': config.layers, 'embedding': config.embedding, 'classes': CLASSES,
        'time': TIME, 'batch': BATCH, 'rate': RATE,
        'inputs': inputs.flatten().tolist(), 'targets': targets.flatten().tolist(),
        'fresh': fresh.flatten().int().tolist(),
        'state': [[plain(part) for part in layer] for layer in state],
        'weights': before,
        'loss': round(loss.item(), 7),
        'stateAfter': [[plain(part) for part in layer] for layer in after],
        'weightsAfter': {name: plain(value) for name, value in keras_weights(network).items()},
    }


def plain(values):
    """Row by row."""
    return [round(value, 7) for value in torch.as_tensor(values).detach().flatten().tolist()]


def made():
    return [parity(cell) for cell in ('lstm', 'gru')]


if __name__ == '__main__':
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    path.write_text('[\n' + ',\n'.join(json.dumps(case, separators=(',', ':')) for case in made()) + '\n]\n')
