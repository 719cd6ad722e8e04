"""
A memory of what was heard long ago: fits what Continuo's cache (src/model/memory/cache.ts) needs to training pieces, measures what it is worth on
held-out ones, and puts both into the model folder.

    python3 cache.py --data SHARDS --model models/piano-pop

A network of this size knows the last seconds, and not that this verse has been sung before. So each token is kept with the hidden
state that it came after, and where the present state is much as one of those, what came then is the likelier to come now (the continuous cache
of Grave, Joulin and Usunier, arXiv 1612.04426). Two states are compared by the cosine of their projections, a matrix that is learnt; how
much an old token weighs against the network is e to the power of sharpness x cosine + odds, so that nothing is added where nothing is alike (as in
Merity and others' pointer sentinel, arXiv 1609.07843). Tokens count in classes: a note whatever its velocity, a shift with those of nearly its length. What lies
within a class is left to the network, whose weights stay as they are.
"""

import machine  # noqa: F401  (before torch)

import argparse
import base64
import json
import math
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from data import Piece, Shards
from evaluate import held_out, words
from model_folder import golden_tokens, read_network

# As in src/model/memory/cache-spec.ts and src/model/memory/cache-memory.ts.
WIDTH = 64  # of the projections
LONGEST = 4096  # tokens that are kept
# What is nearer weighs nothing: it is worth 0.5 % of the nats, and a network that plays from its own last seconds soon plays nothing else
# (of 300 replies of 20 s after a minute, 6 % were caught in a few notes).
NEAREST = 256
STEPS = 127  # projections have length 1 and are rounded to so many steps either way

RATIO = 1.25  # of two lengths of time that are told apart
PIECES, ROUNDS = 160, 8  # training pieces that are learnt from, and how often
QUERIES = 512  # places of a piece at which it is asked, each time


def classes_of(vocabulary):
    """Class of each token, and its range's number; int64 (token). A packed token's class is its first field's; steps of time go by their ratio."""
    classes, kinds = np.zeros(vocabulary.size, np.int64), np.zeros(vocabulary.size, np.int64)
    used = 0
    for number, entry in enumerate(vocabulary.ranges):
        name = entry.fields[0][0]
        digits = entry.digits(name)
        if name == 'steps':
            digits = np.floor(np.log(1 + digits) / np.log(RATIO) + 1e-9)
        _, digits = np.unique(digits, return_inverse=True)
        classes[entry.first:entry.first + entry.size] = used + digits
        kinds[entry.first:entry.first + entry.size] = number
        used += digits.max() + 1
    return torch.from_numpy(classes), torch.from_numpy(kinds)


@torch.no_grad()
def heard(network, pieces, classes, batch=16, window=256, recall=None):
    """
    Of each piece: the hidden states that its tokens come after, float16 (time, unit), the tokens' classes (time), and what the
    network gives those (time), with the memory of bars where there is one.
    """
    kind, training = network.kind, network.training
    network.at_precision(torch.float32).eval()
    found = [None] * len(pieces)
    order = sorted(range(len(pieces)), key=lambda index: len(pieces[index].tokens))
    for begin in range(0, len(order), batch):
        group = order[begin:begin + batch]
        longest = len(pieces[group[-1]].tokens)
        fed, said = np.zeros((2, longest, len(group)), np.int64)
        for column, index in enumerate(group):
            tokens = pieces[index].tokens
            fed[:len(tokens), column], said[:len(tokens), column] = network.fed(tokens), tokens
        state, states, chances = network.zero_state(len(group)), [], []
        said = classes[torch.from_numpy(said)]
        weighed = [recall and recall.weighed(pieces[index].tokens) for index in group]
        for at in range(0, longest, window):
            hidden, state = network.hidden(torch.from_numpy(fed[at:at + window]), state)
            shares = network.logits(hidden).softmax(-1)
            for column, weights in enumerate(weighed):
                if weights is not None:
                    shares[:, column] = recall.mixed(shares[:, column], weights, at)
            of_classes = shares.new_zeros(*shares.shape[:2], int(classes.max()) + 1).index_add_(2, classes, shares)
            states.append(hidden.half())
            chances.append(of_classes.gather(-1, said[at:at + window, :, None])[..., 0])
        states, chances = torch.cat(states), torch.cat(chances)
        for column, index in enumerate(group):
            length = len(pieces[index].tokens)
            found[index] = tuple(each[:length, column].clone() for each in (states, said, chances))
    network.at_precision(kind).train(training)
    return found


class Cache(torch.nn.Module):
    """`kinds` (class): a number of its own for each kind of class, whose odds are learnt together."""

    def __init__(self, states, kinds, width=WIDTH):
        super().__init__()
        mean = states.mean(0)
        _, directions = torch.linalg.eigh((states - mean).t() @ (states - mean))
        matrix = directions[:, -width:]  # of the widest spread
        self.matrix = torch.nn.Parameter(matrix.contiguous())
        self.offset = torch.nn.Parameter(-mean @ matrix)
        self.sharpness = torch.nn.Parameter(torch.tensor(24.0).log())
        self.odds = torch.nn.Parameter(torch.full((int(kinds.max()) + 1,), -22.0))
        self.kinds = kinds

    def projected(self, states):
        return functional.normalize(states.float() @ self.matrix + self.offset, dim=-1)

    def forward(self, piece, at, rounded=False):
        """What the tokens at `at` cost with the cache, nats of their classes; (places)"""
        states, classes, chances = piece
        keys = self.projected(states)
        if rounded:
            keys = (keys * STEPS).round() / STEPS
        back = at[:, None] - torch.arange(len(classes))
        odds = self.sharpness.exp() * (keys[at] @ keys.t()) + self.odds[self.kinds[classes]]
        weights = odds.masked_fill((back < NEAREST) | (back > LONGEST), -torch.inf).exp()
        same = (weights * (classes == classes[at, None])).sum(-1)
        return torch.log1p(weights.sum(-1)) - torch.log(chances[at] + same)

    @torch.no_grad()
    def gained(self, piece):
        """Nats that the cache saves on a whole piece, as it is written."""
        places = torch.arange(len(piece[1])).split(QUERIES)
        return -torch.log(piece[2]).double().sum().item() - sum(self(piece, at, True).double().sum().item() for at in places)


def fit(found, kinds, rounds=ROUNDS, seed=0):
    torch.manual_seed(seed)
    cache = Cache(torch.cat([states[::29] for states, _, _ in found]).float(), kinds)
    rates = ((cache.matrix, 2e-3), (cache.offset, 2e-3), (cache.odds, 0.05), (cache.sharpness, 5e-3))
    optimizer = torch.optim.Adam([{'params': [part], 'top': rate} for part, rate in rates])
    for done in range(rounds * len(found)):
        for group in optimizer.param_groups:
            group['lr'] = group['top'] * (1 - done / (rounds * len(found)))
        if done % len(found) == 0:
            order = torch.randperm(len(found))
        piece = found[order[done % len(found)]]
        at = torch.randperm(len(piece[1]))[:QUERIES]
        optimizer.zero_grad()
        cache(piece, at).mean().backward()
        optimizer.step()
    return cache


def learn(network, shards, most=PIECES, recall=None):
    """What a model folder says of its cache, and the cache as that says it; learnt from `most` pieces, or a few more."""
    pieces = shards.pieces('train')
    classes, kinds = classes_of(shards.vocabulary)
    of_class = torch.zeros(int(classes.max()) + 1, dtype=torch.int64).index_put((classes,), kinds)
    cache = fit(heard(network, pieces[::max(1, len(pieces) // most)], classes, recall=recall), of_class)
    with torch.no_grad():
        for part in (cache.matrix, cache.offset):
            part.copy_(part.half())
        cache.odds.copy_((cache.odds * 100).round() / 100)
        cache.sharpness.copy_(torch.log((cache.sharpness.exp() * 100).round() / 100))
    projection = torch.cat([cache.matrix, cache.offset[None]]).detach().numpy().astype('<f2')
    return {
        'classes': classes.tolist(), 'odds': [round(value, 2) for value in cache.odds[of_class].tolist()],
        'sharpness': round(cache.sharpness.exp().item(), 2), 'projection': base64.b64encode(projection.tobytes()).decode(),
    }, cache


def golden(network, cache, vocabulary, tokens, recall=None):
    """What an engine with the cache must find: nats of the class of each of `tokens`, which are heard again and again, from a zero state."""
    classes, _ = classes_of(vocabulary)
    again = list(tokens) * (2 + NEAREST // len(tokens))
    piece, = heard(network, [Piece('golden', np.array(again), 0, 0.0)], classes, recall=recall)
    with torch.no_grad():
        nats = cache(piece, torch.arange(len(again)), rounded=True)
    return {'tokens': [int(token) for token in again], 'natsOfClasses': [round(value, 5) for value in nats.tolist()]}


def worth(network, shards, cache, alone, recall=None):
    """Held-out nats a token and a note with the cache, and a note without it but with the memory of bars; `alone`: nats of all without both."""
    pieces = shards.pieces('valid')
    classes, _ = classes_of(shards.vocabulary)
    found = heard(network, pieces, classes, recall=recall)
    tokens, notes = sum(len(piece.tokens) for piece in pieces), sum(piece.notes for piece in pieces)
    recalled = recall.gained(network, pieces) if recall else 0.0
    cost = alone - recalled - sum(cache.gained(piece) for piece in found)
    return {
        'natsPerToken': cost / tokens, 'natsPerNote': cost / notes if notes else None,
        **({'recalledPerNote': (alone - recalled) / notes} if recall else {}),
    }


def write(folder, spec, said, figures):
    """Into model.json, golden.json, and behind the held-out figures of the card."""
    model = json.loads((folder / 'model.json').read_text())
    model['userDefinedMetadata']['continuo']['cache'] = spec
    golden_file = _golden_file(folder)
    golden_file['cache'] = said
    for name, content in (('model.json', model), ('golden.json', golden_file)):
        (folder / name).write_text(json.dumps(content, separators=(',', ':')) + '\n')
    path = folder / 'README.md'
    card = path.read_text() if path.exists() else ''
    lines = [line for line in card.split('\n') if not line.startswith('| with its cache |')]
    at = next((index for index, line in enumerate(lines) if line.startswith('| held out')), None)
    if at is None:
        return  # no card of this trainer's
    lines[at] = lines[at].replace('| held out |', '| held out, the network alone |')
    lines.insert(at + 1, f'| with its cache | **{words(figures)}**, perplexity {math.exp(figures["natsPerToken"]):.2f}: what the player hears; '
                         'fitted to training pieces (training/torch/cache.py) |')
    path.write_text('\n'.join(lines))


def _golden_file(folder):
    path = folder / 'golden.json'
    return json.loads(path.read_text()) if path.exists() else {}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', required=True)
    parser.add_argument('--model', required=True, metavar='FOLDER')
    parser.add_argument('--pieces', type=int, default=PIECES, help='training pieces that it is fitted to, about')
    arguments = parser.parse_args()
    shards, folder = Shards(arguments.data), Path(arguments.model)
    import bar_recall  # which imports this

    network = read_network(folder, shards.vocabulary)
    alone = held_out(network, shards.pieces('valid'), shards.vocabulary)
    print(f'alone: {words(alone)}', flush=True)
    recall = bar_recall.recall_of(folder, shards.vocabulary)
    spec, cache = learn(network, shards, arguments.pieces, recall)
    figures = worth(network, shards, cache, alone['nats'], recall)
    tokens = _golden_file(folder).get('tokens') or golden_tokens(shards.vocabulary)
    write(folder, spec, golden(network, cache, shards.vocabulary, tokens, recall), figures)
    print(f'with the cache: {words(figures)}')


if __name__ == '__main__':
    main()
