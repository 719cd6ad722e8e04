"""
Fits a critic of continuations (src/plugins/piano/beats/critic) to what scripts/beat-critic-data.mjs wrote, and puts it into the folder of a model that
counts in beats.

    python3 beat_critic.py --data rows.jsonl [more.jsonl ...] --model models/piano-beats [--half 0]

A logistic regression on how far each feature lies from people's middle, and on that squared: so it says which differences from people tell,
and that too much of a good thing is one. AUC is the chance that it takes people's bars, rather than made ones, for people's.
"""

import machine  # noqa: F401  (before torch)

import argparse
import json
import zlib
from pathlib import Path

import numpy as np
import torch

# As in src/plugins/piano/beats/critic/critic.ts.
FARTHEST = 3.0
DEVIATIONS = 3.29  # between the fifth and the 95th of a hundred of what is spread evenly


def read(paths):
    rows = [json.loads(line) for path in paths for line in Path(path).read_text().splitlines()]
    names = list(rows[0]['features'])
    values = np.array([[row['features'][name] for name in names] for row in rows])
    people = np.array([row['who'] == 'people' for row in rows])
    halves = np.array([zlib.crc32(row['piece'].encode()) % 2 for row in rows])
    return names, values, people, halves


def spread(values):
    """The middle of people's, and a standard deviation, of each feature."""
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95), axis=0)
    return middle, np.maximum((high - low) / DEVIATIONS, np.maximum(values.std(0) / 2, 1e-3))


def placed(values, middle, width):
    place = np.clip((values - middle) / width, -FARTHEST, FARTHEST)
    return torch.tensor(np.concatenate([place, place ** 2], 1), dtype=torch.float32)


def fit(values, people, pull=0.01):
    middle, width = spread(values[people])
    inputs, said = placed(values, middle, width), torch.tensor(people, dtype=torch.float32)
    weights = torch.zeros(inputs.shape[1], requires_grad=True)
    bias = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights, bias], max_iter=200, line_search_fn='strong_wolfe')

    def loss():
        optimizer.zero_grad()
        lost = torch.nn.functional.binary_cross_entropy_with_logits(inputs @ weights + bias, said) + pull * (weights ** 2).sum()
        lost.backward()
        return lost

    optimizer.step(loss)
    return middle, width, weights.detach(), bias.detach()


def logits(critic, values):
    middle, width, weights, bias = critic
    return (placed(values, middle, width) @ weights + bias).numpy()


def auc(scores, people):
    order = np.argsort(np.argsort(scores))
    own = people.sum()
    return (order[people].sum() - own * (own - 1) / 2) / (own * (len(people) - own))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', required=True, nargs='+', metavar='FILE.jsonl')
    parser.add_argument('--model', metavar='FOLDER')
    parser.add_argument('--half', type=int, choices=(0, 1), help='learn from this half of the pieces alone')
    arguments = parser.parse_args()
    names, values, people, halves = read(arguments.data)
    print(f'{people.sum()} of people, {(~people).sum()} made')
    for half in (0, 1):
        learnt, other = halves == half, halves != half
        print(f'learnt from half {half}: AUC {auc(logits(fit(values[learnt], people[learnt]), values[other]), people[other]):.3f} on the other')
    kept = np.ones(len(people), bool) if arguments.half is None else halves == arguments.half
    critic = fit(values[kept], people[kept])
    middle, width, weights, bias = critic
    slopes, bends = weights[:len(names)].numpy(), weights[len(names):].numpy()
    for at in np.argsort(-np.abs(slopes) - np.abs(bends)):
        made = values[kept & ~people][:, at]
        print(f'{names[at]:14} people {middle[at]:7.3f} ({width[at]:.3f})  made {np.median(made):7.3f}  slope {slopes[at]:6.2f}  bend {bends[at]:6.2f}')
    if arguments.model is None:
        return
    path = Path(arguments.model) / 'model.json'
    model = json.loads(path.read_text())
    model['userDefinedMetadata']['continuo']['beatCritic'] = {'bias': round(float(bias), 4), 'features': {
        name: {key: round(float(value), 4) for key, value in zip(('middle', 'width', 'slope', 'bend'), each)}
        for name, *each in zip(names, middle, width, slopes, bends)}}
    path.write_text(json.dumps(model, separators=(',', ':')) + '\n')


if __name__ == '__main__':
    main()
