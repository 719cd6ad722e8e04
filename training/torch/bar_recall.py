"""
Bars come back: fits the odds of Continuo's memory of bars (src/plugins/piano/beats/memory/bar-memory.ts) to training pieces, measures what they are worth on
held-out ones, and puts them into the folder of a model that counts in beats, which has no cache yet (cache.py is fitted on top).

    python3 bar_recall.py --data SHARDS --model models/piano-beats
    python3 cache.py --data SHARDS --model models/piano-beats

The bar so many bars ago says what would come next, were it played again: the next note at this sixteenth, the next sixteenth with a note, the
length of this note, a chord on another beat, or the bar line. And where the chord is another one now, the notes moved by as much. Each of those is as likely as the network finds
it, and more so by its odds: by how many bars ago, and by how often, and how long in a row, the bars as far apart agreed up to here.
"""

import machine  # noqa: F401  (before torch)

import argparse
import json
from pathlib import Path

import numpy as np
import torch

import cache
from data import Shards
from model_folder import read_network

# As in src/plugins/piano/beats/memory/bar-memory.ts.
BARS = 32  # so many bars ago at most
KINDS = ('NOTE', 'FIRST', 'POSITION', 'LENGTH', 'CHORD', 'BAR')
NOTE, FIRST, POSITION, LENGTH, CHORD, BAR = range(6)
RELATIONS = 7
RATES = (0.15, 0.3, 0.45, 0.6, 0.75, 0.9)  # lower ends of all classes but the first
RUNS = (1, 3, 6, 12, 24)
PACE = 1 / 8  # how fast the share of what agreed follows
BEGIN = 0.25
FINE = 4  # steps of length that count as one
BEATS = 4

PIECES = 40

# With odds as they are fitted, music that is made brings back fewer bars than people do: after 20 s, at 45 places in held-out songs, 15 % of its bars (people 28 %)
# and 11 % of their tunes (26 %). With 0.6 more 22 and 20 %, with 1.2 more 31 and 27 % (continuo evaluate bars).
MORE = 0.9

LEAST = 1e-12  # no class counts as less likely to the network
SLOTS, KEYS = 16, 88
# What may come next: a note above, a position, a chord or a bar line; the first note at a position; a length; anything else.
REST, STRUCK, SOUNDING, OTHER = range(4)
UNSAID = -2
RANGES = ('NOTE', 'NOTE', 'POSITION', 'LENGTH', 'CHORD', 'BAR')
SHAPE = (len(KINDS), RELATIONS, 2, len(RATES) + 1, len(RUNS) + 1)


def relation(bars):
    """1, 2, 4, 8, 16 bars ago, other multiples of four, and any other."""
    if bars in (1, 2, 4, 8, 16):
        return (1, 2, 4, 8, 16).index(bars)
    return 5 if bars % 4 == 0 else 6


class Alphabet:
    """What tokens say, and the class of each: notes by pitch, positions by sixteenth, lengths by a fourth of an octave or less, chords by beat."""

    def __init__(self, vocabulary):
        self.ranges = {entry.name: entry for entry in vocabulary.ranges}
        self.classes = np.zeros(vocabulary.size, np.int64)
        self.first, self.count = {}, 0
        for name, fields in (('PIECE', ()), ('BAR', ()), ('TEMPO', ()), ('CHORD', ('beat',)), ('POSITION', ('slot',)), ('NOTE', ('pitch',))):
            entry = self.ranges[name]
            digits = entry.digits(fields[0]) if fields else np.zeros(entry.size, np.int64)
            self._add(name, entry, digits)
        none = self.ranges['NO_CHORD']
        self.classes[none.first:none.first + none.size] = self.first['CHORD'] + none.digits('beat')
        length = self.ranges['LENGTH']
        self._add('LENGTH', length, np.arange(length.size) // FINE)
        root = self.ranges['CHORD']
        self.name = np.empty(vocabulary.size, object)
        self.value, self.root = np.zeros(vocabulary.size, np.int64), np.full(vocabulary.size, -1)
        for entry in vocabulary.ranges:
            self.name[entry.first:entry.first + entry.size] = 'CHORD' if entry.name == 'NO_CHORD' else entry.name
        self.value = self.classes - np.array([self.first[name] for name in self.name])
        self.root[root.first:root.first + root.size] = root.digits('root')

    def _add(self, name, entry, digits):
        self.first[name] = self.count
        self.classes[entry.first:entry.first + entry.size] = self.count + digits
        self.count += int(digits.max()) + 1


class Bars:
    """The notes and chords of a piece by its bars, and where each of its tokens stands."""

    def __init__(self, tokens, alphabet):
        count = int((alphabet.name[tokens] == 'BAR').sum())
        self.lengths = np.full((count, SLOTS, KEYS), -1, np.int16)  # the class of the length; -1: no note
        self.said = np.zeros((count, BEATS), bool)  # whether a beat says a chord
        self.roots = np.full((count, BEATS), -1, np.int16)  # the root that holds on it; -1: none
        # What comes next (token): a state, its bar, sixteenth, pitch (-1: none is said there), beat of the last chord, root.
        self.at = np.zeros((len(tokens), 6), np.int32)
        bar, slot, pitch, beat, root, state = -1, 0, -1, -1, -1, OTHER
        struck = False  # whether `slot` was said
        for place, token in enumerate(tokens):
            self.at[place] = state, bar, slot, pitch if struck else UNSAID, beat, root
            name, value = alphabet.name[token], int(alphabet.value[token])
            if name == 'BAR':
                bar, slot, pitch, beat, state, struck = bar + 1, 0, -1, -1, OTHER, False
                self.roots[bar] = root
            elif bar < 0:
                continue
            elif name == 'CHORD':
                root, beat, state = int(alphabet.root[token]), value, REST
                self.said[bar, value], self.roots[bar, value:] = True, root
                slot, struck = max(slot, 4 * value), False
            elif name == 'POSITION':
                slot, pitch, state, struck = value, -1, STRUCK, True
            elif name == 'NOTE':
                pitch, state = value, SOUNDING
            elif name == 'LENGTH':
                self.lengths[bar, slot, pitch], state = value, REST
        held = self.lengths >= 0
        # The lowest pitch from one on, at a sixteenth; the first sixteenth from one on with notes; the first beat from one on with a chord.
        self.pitch = first_from(held, KEYS)
        self.slot = first_from(held.any(2), SLOTS)
        self.chord = first_from(self.said, BEATS)


def first_from(held, most):
    """The first index from each on (last axis, one longer) that is held; `most` where none is."""
    found = np.full((*held.shape[:-1], held.shape[-1] + 1), most, np.int16)
    for index in range(held.shape[-1] - 1, -1, -1):
        found[..., index] = np.where(held[..., index], index, found[..., index + 1])
    return found


def said_by(bars, alphabet, distance, moved):
    """What the bar `distance` bars ago says would come: its kind (token), -1 for nothing, and its class."""
    state, bar, slot, pitch, beat, root = bars.at.T
    kind, value = np.full(len(state), -1), np.zeros(len(state), np.int64)
    here = np.flatnonzero((state != OTHER) & (bar >= distance))
    state, bar, slot, pitch, beat, root = (each[here] for each in (state, bar, slot, pitch, beat, root))
    old = bar - distance
    held = bars.roots[old, slot // 4]
    by = np.where((held >= 0) & (root >= 0), (root - held + 5) % 12 - 5, 0)
    shift = by if moved else np.zeros_like(by)
    unsaid = pitch == UNSAID
    before = np.where(unsaid, -1, pitch) - shift  # as the old bar has it
    above = np.where(unsaid, KEYS, bars.pitch[old, slot, np.clip(before + 1, 0, KEYS)])
    lowest = bars.pitch[old, slot, 0]
    length = bars.lengths[old, slot, np.clip(before, 0, KEYS - 1)]
    later = bars.slot[old, np.minimum(SLOTS, slot + ~unsaid)]
    chord = bars.chord[old, beat + 1]
    new_kind, new_value = np.full(len(here), -1), np.zeros(len(here), np.int64)

    def put(where, of_kind, values):
        new_kind[where], new_value[where] = of_kind, values[where]

    resting = state == REST
    if not moved:
        put(resting, BAR, np.zeros_like(by))
        put(resting & (later < SLOTS), POSITION, later)
        put(resting & (chord < BEATS) & (4 * chord <= later) & (4 * chord > slot - unsaid), CHORD, chord)
    put(resting & (above < KEYS), NOTE, above + shift)
    put((state == STRUCK) & (lowest < KEYS), FIRST, lowest + shift)
    put((state == SOUNDING) & (length >= 0) & (before >= 0) & (before < KEYS), LENGTH, length)
    pitched = (new_kind == NOTE) | (new_kind == FIRST)
    new_kind[pitched & ((new_value < 0) | (new_value >= KEYS))] = -1
    if moved:
        new_kind[by == 0] = -1
        new_kind[(new_kind >= 0) & ~np.isin(new_kind, (NOTE, FIRST, LENGTH))] = -1
    kind[here], value[here] = new_kind, new_value
    return kind, value + np.array([alphabet.first[RANGES[each]] for each in range(len(KINDS))])[kind] * (kind >= 0)


def guesses(tokens, alphabet):
    """
    What the bars before say of each token: arrays of its place, the class, and the feature that the odds go by. A feature is (kind, relation, moved,
    rate, run) as one number.
    """
    bars = Bars(tokens, alphabet)
    columns = [(distance, moved) for distance in range(1, BARS + 1) for moved in (0, 1)]
    kinds, classes = (np.stack(each, 1) for each in zip(*(said_by(bars, alphabet, *column) for column in columns)))
    counts = (kinds >= 0) & (kinds != LENGTH)
    hits = (classes == alphabet.classes[tokens][:, None]) & counts
    rates, runs = np.zeros(kinds.shape, np.int8), np.zeros(kinds.shape, np.int8)
    rate, run = np.full(len(columns), BEGIN, np.float32), np.zeros(len(columns), np.int32)
    for place in np.flatnonzero((kinds >= 0).any(1)):
        rates[place] = np.searchsorted(RATES, rate, 'right')
        runs[place] = np.searchsorted(RUNS, run, 'right')
        rate = np.where(counts[place], rate + np.float32(PACE) * (hits[place] - rate), rate)
        run = np.where(counts[place], np.where(hits[place], run + 1, 0), run)
    place, column = np.nonzero(kinds >= 0)
    relations = np.array([relation(distance) for distance, _ in columns])[column]
    moved = np.array([moved for _, moved in columns])[column]
    kinds, classes, rates, runs = (each[place, column] for each in (kinds, classes, rates, runs))
    return place, classes, np.ravel_multi_index((kinds, relations, moved, rates, runs), SHAPE)




class Recall:
    """A memory of bars by its odds, natural logarithms in the order of SHAPE."""

    def __init__(self, odds, vocabulary):
        self.odds, self.alphabet = np.exp(np.asarray(odds, np.float64)), Alphabet(vocabulary)
        self.classes = torch.from_numpy(self.alphabet.classes)

    def weighed(self, tokens):
        """What bars before give the classes of each token: arrays of place, class and weight."""
        place, classes, features = guesses(np.asarray(tokens, np.int64), self.alphabet)
        return place, classes, self.odds[features]

    def mixed(self, shares, weighed, at):
        """The network's shares (time, token) of the tokens from the `at`-th on, and what the bars give them."""
        place, classes, weights = weighed
        here = (place >= at) & (place < at + len(shares))
        given = torch.zeros(len(shares), self.alphabet.count, dtype=torch.float64)
        given.index_put_((torch.from_numpy(place[here] - at), torch.from_numpy(classes[here])), torch.from_numpy(weights[here]), accumulate=True)
        own = torch.zeros_like(given).index_add_(1, self.classes, shares.double()) + LEAST
        raised = shares * (1 + given / own)[:, self.classes]
        return (raised / raised.sum(-1, keepdim=True)).float()

    def gained(self, network, pieces):
        """Nats that it saves on all of them."""
        data = examples(network, pieces, self.alphabet)
        return (-torch.log(data[-1]) - nats(torch.from_numpy(np.log(self.odds)).float(), data)).double().sum().item()


def recall_of(folder, vocabulary):
    """The memory of bars that a model folder says; None where it says nothing."""
    said = json.loads((Path(folder) / 'model.json').read_text())['userDefinedMetadata']['continuo'].get('barRecall')
    return Recall(said['odds'], vocabulary) if said else None


class Odds(torch.nn.Module):
    """Of each feature, the sum of what its parts say, and a little of its own."""

    def __init__(self):
        super().__init__()
        kinds, relations, moves, rates, runs = SHAPE
        self.parts = [torch.from_numpy(part) for part in np.unravel_index(np.arange(np.prod(SHAPE)), SHAPE)]
        self.place = torch.nn.Parameter(torch.full((kinds, relations, moves), -4.0))
        self.agreeing = torch.nn.Parameter(torch.zeros(kinds, moves, rates, runs))
        self.apart = torch.nn.Parameter(torch.zeros(relations, moves, rates))
        self.own = torch.nn.Parameter(torch.zeros(int(np.prod(SHAPE))))

    def table(self):
        kind, relation, moved, rate, run = self.parts
        return self.place[kind, relation, moved] + self.agreeing[kind, moved, rate, run] + self.apart[relation, moved, rate] + self.own

    def pull(self):
        return 3e-4 * (self.own ** 2).sum() + 1e-5 * (self.agreeing ** 2).sum()


def nats(table, data):
    """Of the class of each token."""
    row, hit, features, counts, shares = data
    weights = table.exp()[features] * counts
    given = torch.zeros(len(shares)).index_add(0, row, weights)
    same = torch.zeros(len(shares)).index_add(0, row, weights * hit)
    return torch.log1p(given) - torch.log(shares + same)


def examples(network, pieces, alphabet):
    """Of each place and feature: whether it agrees, how often, and what the network gives the class that came."""
    rows, begin = [], 0
    found = cache.heard(network, pieces, torch.from_numpy(alphabet.classes))
    for piece in pieces:
        tokens = np.asarray(piece.tokens, np.int64)
        place, classes, features = guesses(tokens, alphabet)
        rows.append(np.ravel_multi_index((place + begin, classes == alphabet.classes[tokens][place], features), (1 << 32, 2, np.prod(SHAPE))))
        begin += len(tokens)
    rows, counts = np.unique(np.concatenate(rows), return_counts=True)
    row, hit, features = (torch.from_numpy(part) for part in np.unravel_index(rows, (1 << 32, 2, np.prod(SHAPE))))
    shares = torch.cat([shares for _, _, shares in found]).clamp(min=1e-9)
    return row, hit.float(), features, torch.from_numpy(counts).float(), shares


def fit(data, notes, rounds=100, rate=0.1):
    odds = Odds()
    optimizer = torch.optim.Adam(odds.parameters(), lr=rate)
    for done in range(rounds):
        for group in optimizer.param_groups:
            group['lr'] = rate * (1 - done / rounds) + 0.003
        optimizer.zero_grad()
        (nats(odds.table(), data).sum() / notes + odds.pull()).backward()
        optimizer.step()
    return [round(value, 2) for value in odds.table().tolist()]


def song(vocabulary, bars=24, seed=9):
    """Tokens of a made song: bars of a few kinds, which come back, on other roots too, with slips."""
    random = np.random.default_rng(seed)
    ranges = {entry.name: entry for entry in vocabulary.ranges}
    token = lambda name, **fields: ranges[name].first + sum(value * ranges[name].stride(field) for field, value in fields.items())
    kinds = [{int(slot): sorted(random.choice(40, random.integers(1, 4), False)) for slot in sorted(random.choice(16, 5, False))} for _ in range(3)]
    tokens = []
    for number in range(bars):
        root = int(random.choice((0, 5, 7)))
        tokens += [token('BAR', beats=2, number=number % 8), token('CHORD', root=root, quality=number % 2, beat=0)]
        said = 0
        for slot, pitches in kinds[number % 4 % 3].items():
            if slot >= 8 and not said and number % 3:
                said = 1
                tokens.append(token('CHORD', root=(root + 5) % 12, quality=0, beat=2))
            tokens.append(token('POSITION', slot=slot, micro=int(random.integers(5, 8))))
            for pitch in pitches:
                if random.random() < 0.9:
                    tokens += [token('NOTE', pitch=20 + root + int(pitch), bin=int(random.integers(16))),
                               token('LENGTH', octave=int(random.choice((4, 5), p=(0.2, 0.8))), fine=int(random.integers(16)))]
    return np.array(tokens)


def golden(network, recall, vocabulary):
    """What an engine that remembers bars must find: nats of each token of a made song, from a zero state."""
    tokens = song(vocabulary)
    with torch.no_grad():
        logits, _ = network(torch.from_numpy(network.fed(tokens))[:, None], network.zero_state(1))
        shares = recall.mixed(logits[:, 0].softmax(-1), recall.weighed(tokens), 0)
    nats = -torch.log(shares.gather(1, torch.from_numpy(tokens)[:, None])[:, 0])
    return {'tokens': tokens.tolist(), 'natsOfTokens': [round(value, 5) for value in nats.tolist()]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', required=True)
    parser.add_argument('--model', required=True, metavar='FOLDER')
    parser.add_argument('--pieces', type=int, default=PIECES, help='training pieces that it is fitted to, about')
    arguments = parser.parse_args()
    shards, folder = Shards(arguments.data), Path(arguments.model)
    model = json.loads((folder / 'model.json').read_text())
    if 'cache' in model['userDefinedMetadata']['continuo']:
        raise SystemExit(f'{folder} has a cache, which is fitted on top of this: export the model anew')
    network, alphabet = read_network(folder, shards.vocabulary), Alphabet(shards.vocabulary)
    pieces = shards.pieces('train')
    pieces = pieces[::max(1, len(pieces) // arguments.pieces)]
    odds = fit(examples(network, pieces, alphabet), sum(piece.notes for piece in pieces))
    raised = [round(odd + MORE, 2) for odd in odds]
    pieces = shards.pieces('valid')
    for name, each in (('as fitted', odds), (f'with {MORE} more', raised)):
        saved = Recall(each, shards.vocabulary).gained(network, pieces) / sum(piece.notes for piece in pieces)
        print(f'{name}: saves {saved:.4f} nats a note held out', flush=True)
    model['userDefinedMetadata']['continuo']['barRecall'] = {'odds': raised}
    (folder / 'model.json').write_text(json.dumps(model, separators=(',', ':')) + '\n')
    path = folder / 'golden.json'
    said = json.loads(path.read_text()) if path.exists() else {}
    said['barRecall'] = golden(network, Recall(raised, shards.vocabulary), shards.vocabulary)
    path.write_text(json.dumps(said, separators=(',', ':')) + '\n')


if __name__ == '__main__':
    main()
