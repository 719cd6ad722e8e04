"""
Pieces in another key, at another tempo, with bars counted from another one, for the trainer in TypeScript to be held against.

    python3 make_augment.py [../../test/train/augment.json]

Random pieces of a packed vocabulary, of one that says velocities apart and of one with chords and bars: each with a shift in semitones, a
factor of its length, a turn of its bars, and what augment.py makes of it. Factors such as 0.5 put onsets just between two steps, which NumPy rounds to the even one.
"""

import json
import sys
from pathlib import Path

import numpy as np

from augment import Stretcher, Transposer, Turner
from vocabulary import Vocabulary

FILE = Path(__file__).resolve().parents[2] / 'test' / 'train' / 'augment.json'
VOCABULARIES = [
    [('NOTE_ON', [('pitch', 24), ('bin', 3)]), ('NOTE_OFF', [('pitch', 24)]), ('TIME_SHIFT', [('steps', 12)])],
    [('NOTE_ON', [('pitch', 20)]), ('NOTE_OFF', [('pitch', 20)]), ('TIME_SHIFT', [('steps', 7)]), ('VELOCITY', [('bin', 4)])],
    [('BAR', [('beats', 3), ('number', 8)]), ('CHORD', [('root', 12), ('quality', 3)]), ('NOTE', [('pitch', 24), ('bin', 2)]), ('TIME_SHIFT', [('steps', 12)])],
]
SHIFTS = (-5, -1, 0, 2, 6)
FACTORS = (0.5, 0.95, 0.983, 1, 1.05, 1.5)


def ranges_of(parts):
    ranges, first = [], 0
    for name, fields in parts:
        ranges.append({'name': name, 'first': first, 'fields': [{'name': n, 'radix': r} for n, r in fields]})
        first += int(np.prod([radix for _, radix in fields]))
    return ranges, first


def piece(draw, ranges, size):
    """Random tokens, a third of them waits; pitches keep to a part of the range, so that most shifts fit one way or both."""
    waits = next(entry for entry in ranges if entry['name'] == 'TIME_SHIFT')
    tokens = draw.integers(0, size, int(draw.integers(0, 40)))
    for entry in ranges:
        if entry['fields'][0]['name'] != 'pitch':
            continue
        pitches, *rest = [field['radix'] for field in entry['fields']]
        stride = int(np.prod(rest))
        inside = (tokens >= entry['first']) & (tokens < entry['first'] + pitches * stride)
        pitch, below = np.divmod(tokens - entry['first'], stride)
        tokens = np.where(inside, entry['first'] + (3 + pitch % (pitches - 8)) * stride + below, tokens)
    wait = waits['first'] + draw.integers(0, waits['fields'][0]['radix'], len(tokens))
    return np.where(draw.random(len(tokens)) < 1 / 3, wait, tokens)


def made():
    draw = np.random.default_rng(5)
    vocabularies = []
    for parts in VOCABULARIES:
        ranges, size = ranges_of(parts)
        vocabulary = Vocabulary.of({'ranges': ranges, 'vocabularyHash': '', 'startToken': 0, 'codec': 'test'})
        transpose, stretch, count = Transposer(vocabulary), Stretcher(vocabulary), Turner(vocabulary, 'number')
        cases = []
        for shift in SHIFTS:
            for factor in FACTORS:
                tokens = piece(draw, ranges, size)
                turn = len(cases)
                varied = count(stretch(transpose(tokens, shift), factor), turn)
                cases.append({'shift': shift, 'factor': factor, 'turn': turn, 'tokens': tokens.tolist(), 'varied': varied.tolist()})
        vocabularies.append({'ranges': ranges, 'cases': cases})
    return vocabularies


if __name__ == '__main__':
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    path.write_text(json.dumps(made()) + '\n')
