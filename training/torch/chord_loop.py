"""
Songs go round in loops of chords: fits the odds of Continuo's memory of chords (src/plugins/piano/beats/memory/chord-loop.ts) to training pieces, measures
what they are worth on held-out ones, and puts them into the folder of a model that counts in beats.

    python3 chord_loop.py --data SHARDS --model models/piano-beats

Which chord is said on a beat, where one is said there, is the network's choice, or that of the bar some bars ago, each with its odds: by
the distance, and by how many of the last bars begin with the chord of those as long before them. The network's weights stay as they are.
"""

import machine  # noqa: F401  (before torch)

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from data import Shards
from model_folder import read_network

# As in src/plugins/piano/beats/memory/chord-loop.ts.
DISTANCES = (1, 2, 4, 8, 12, 16)
MOST_ALIKE = 4
BEATS = 4

PIECES, HELD_OUT = 32, 24

# With odds as they are fitted, music that is made leaves its loops a little more often than people do, with bars remembered (bar_recall.py): at 100 places
# in training songs 16 % of the chords that it says are new (people 15 %), and its bars are as alike to those 2, 4 or 8 bars ago as 0.73 (people
# 0.76, cosine of pitch classes); with 1 more, 9 % and 0.78. Without the memory of bars, 1 was right.
MORE = 0.4


class Chords:
    """Which chord, on which beat, each token says; -1 where none."""

    def __init__(self, vocabulary):
        ranges = {entry.name: entry for entry in vocabulary.ranges}
        self.chord, self.beat = np.full(vocabulary.size, -1), np.full(vocabulary.size, -1)
        self.bar = np.zeros(vocabulary.size, bool)
        bars = ranges['BAR']
        self.bar[bars.first:bars.first + bars.size] = True
        first = 0
        for name in ('CHORD', 'NO_CHORD'):
            entry = ranges[name]
            block = slice(entry.first, entry.first + entry.size)
            self.chord[block] = first + np.arange(entry.size) // BEATS
            self.beat[block] = entry.digits('beat')
            first += entry.size // BEATS


@torch.no_grad()
def shares(network, pieces, chords, window=256):
    """What the network gives each chord that is said, of all that might be said on its beat; of each piece {place: share}."""
    network.at_precision(torch.float32).eval()
    longest = max(len(piece.tokens) for piece in pieces)
    fed = np.full((longest, len(pieces)), 0, np.int64)
    for column, piece in enumerate(pieces):
        fed[:len(piece.tokens), column] = network.fed(piece.tokens)
    groups = [torch.from_numpy(np.flatnonzero(chords.beat == beat)) for beat in range(BEATS)]
    state, found = network.zero_state(len(pieces)), [{} for _ in pieces]
    for at in range(0, longest, window):
        hidden, state = network.hidden(torch.from_numpy(fed[at:at + window]), state)
        for column, piece in enumerate(pieces):
            tokens = np.asarray(piece.tokens[at:at + window], np.int64)
            places = np.flatnonzero(chords.beat[tokens] >= 0)
            if not len(places):
                continue
            logits = network.logits(hidden[places, column][:, None])[:, 0]
            for row, place in enumerate(places):
                token = int(tokens[place])
                group = logits[row, groups[chords.beat[token]]]
                found[column][at + int(place)] = float((logits[row, token] - group.logsumexp(0)).exp())
    return found


def rows(piece, given, chords):
    """Of each chord that is said: whether it is on the first beat, its share, for each distance (agrees, or -1 where there is none; bars alike)."""
    bars, found = [], []
    for at, token in enumerate(np.asarray(piece.tokens, np.int64)):
        if chords.bar[token]:
            bars.append([-1] * BEATS)
        beat = chords.beat[token]
        if beat < 0 or not bars:
            continue
        now, seen = len(bars) - 1, []
        for distance in DISTANCES:
            before = bars[now - distance][beat] if now >= distance else -1
            alike = 0
            while alike < MOST_ALIKE and now - 1 - alike - distance >= 0 and bars[now - 1 - alike][0] == bars[now - 1 - alike - distance][0]:
                alike += 1
            seen.append((-1 if before < 0 else int(before == chords.chord[token]), alike))
        found.append((int(beat > 0), given[at], seen))
        bars[-1][beat] = chords.chord[token]
    return found


class Odds(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.table = torch.nn.Parameter(torch.full((2, len(DISTANCES), MOST_ALIKE + 1), -2.0))

    def forward(self, data):
        """Nats of each chord, among those of its beat."""
        place, share, agrees, alike = data
        odds = self.table[place].gather(2, alike[..., None])[..., 0].exp() * (agrees >= 0)
        return torch.log1p(odds.sum(1)) - torch.log(share + (odds * (agrees > 0)).sum(1))


def tensors(found):
    place, share, seen = zip(*found)
    seen = torch.tensor(seen)
    return torch.tensor(place), torch.tensor(share).clamp(min=1e-9), seen[..., 0], seen[..., 1]


def fit(data, rounds=300, rate=0.05, pull=1e-4):
    odds = Odds()
    optimizer = torch.optim.Adam(odds.parameters(), lr=rate)
    for _ in range(rounds):
        optimizer.zero_grad()
        (odds(data).mean() + pull * ((odds.table + 2) ** 2).sum()).backward()
        optimizer.step()
    return odds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', required=True)
    parser.add_argument('--model', required=True, metavar='FOLDER')
    arguments = parser.parse_args()
    shards, folder = Shards(arguments.data), Path(arguments.model)
    network, chords = read_network(folder, shards.vocabulary), Chords(shards.vocabulary)
    data = {}
    for split, most in (('train', PIECES), ('valid', HELD_OUT)):
        pieces = shards.pieces(split)
        pieces = pieces[::max(1, -(-len(pieces) // most))]
        found = [row for piece, given in zip(pieces, shares(network, pieces, chords)) for row in rows(piece, given, chords)]
        data[split] = tensors(found)
        print(f'{split}: {len(pieces)} pieces, {len(found)} chords, {-torch.log(data[split][1]).mean().item():.3f} nats each', flush=True)
    odds = fit(data['train'])
    with torch.no_grad():
        odds.table.copy_((odds.table * 100).round() / 100)
        for more in (0, MORE):
            odds.table += more
            print(f'odds + {more}: {odds(data["train"]).mean().item():.3f}, held out {odds(data["valid"]).mean().item():.3f}', flush=True)
    path = folder / 'model.json'
    model = json.loads(path.read_text())
    table = [[[round(value, 2) for value in row] for row in rows] for rows in odds.table.tolist()]
    model['userDefinedMetadata']['continuo']['chordLoop'] = {'odds': table}
    path.write_text(json.dumps(model, separators=(',', ':')) + '\n')
    print(json.dumps(table))


if __name__ == '__main__':
    main()
