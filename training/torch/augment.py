"""
A piece in another key, at another tempo, its bars counted from another one, louder or later, of a style that is not said. Works on the
ranges of any vocabulary whose fields are called `pitch`, `root`, `steps`, `number`, `velocity`, `loudness`, `micro` and `style`.
"""

import numpy as np


class Turner:
    """Moves a field round its radix, wherever a range has one of that name."""

    def __init__(self, vocabulary, field):
        self.stride, self.digit, self.radix = (np.zeros(vocabulary.size, np.int64) for _ in range(3))
        for entry in vocabulary.with_field(field):
            block = slice(entry.first, entry.first + entry.size)
            self.stride[block], self.digit[block] = entry.stride(field), entry.digits(field)
            self.radix[block] = dict(entry.fields)[field]

    def __call__(self, tokens, by):
        stride, digit, radix = self.stride[tokens], self.digit[tokens], np.maximum(1, self.radix[tokens])
        return tokens + stride * ((digit + by) % radix - digit)


class Shifter:
    """Moves fields up or down, as far as their ends, wherever a range has one of these names."""

    def __init__(self, vocabulary, *fields):
        self.moves = []
        for field in fields:
            stride, digit, last = (np.zeros(vocabulary.size, np.int64) for _ in range(3))
            for entry in vocabulary.with_field(field):
                block = slice(entry.first, entry.first + entry.size)
                stride[block], digit[block] = entry.stride(field), entry.digits(field)
                last[block] = dict(entry.fields)[field] - 1
            self.moves.append((stride, digit, last))

    def __call__(self, tokens, by):
        for stride, digit, last in self.moves:
            own = digit[tokens]
            tokens = tokens + stride[tokens] * (np.clip(own + by, 0, last[tokens]) - own)
        return tokens


class Transposer:
    """Shifts the field `pitch` wherever a range has one, and with it the field `root`, a pitch class."""

    def __init__(self, vocabulary):
        self.stride = np.zeros(vocabulary.size, np.int64)
        self.pitch = np.zeros(vocabulary.size, np.int64)
        self.above = np.zeros(vocabulary.size, np.int64)  # semitones up to the end of the range
        for entry in vocabulary.with_field('pitch'):
            block = slice(entry.first, entry.first + entry.size)
            self.stride[block] = entry.stride('pitch')
            self.pitch[block] = entry.digits('pitch')
            self.above[block] = dict(entry.fields)['pitch'] - 1 - self.pitch[block]
        self.roots = Turner(vocabulary, 'root')

    def __call__(self, tokens, shift):
        """`tokens` moved by `shift` semitones; by `-shift` where that would leave the range, and not at all where neither fits."""
        pitched = tokens[self.stride[tokens] > 0]
        if shift == 0 or len(pitched) == 0:
            return tokens
        below, above = self.pitch[pitched].min(), self.above[pitched].min()
        for moved in (shift, -shift):
            if -below <= moved <= above:
                return self.roots(tokens + moved * self.stride[tokens], moved)
        return tokens


class Stretcher:
    """Rescales the time between events: tokens of the one range with the single field `steps`, whose token n waits n + 1 steps."""

    def __init__(self, vocabulary):
        ranges = [entry for entry in vocabulary.with_field('steps') if len(entry.fields) == 1]
        self.range = ranges[0] if len(ranges) == 1 else None

    def __call__(self, tokens, factor):
        """Onsets are rounded, not gaps, so that the error does not add up; a gap stays at least one step, which keeps the events' order."""
        if self.range is None or factor == 1:
            return tokens
        first, longest = self.range.first, self.range.size
        waits = (tokens >= first) & (tokens < first + longest)
        events = np.flatnonzero(~waits)
        until = np.cumsum(np.where(waits, tokens - first + 1, 0))
        # One gap before each event, and one at the end.
        total = np.concatenate([until[events], until[-1:]]) if len(tokens) else until
        gaps = np.diff(np.rint(total * factor).astype(np.int64), prepend=0)
        gaps = np.where(np.diff(total, prepend=0) > 0, np.maximum(gaps, 1), 0)
        full, rest = gaps // longest, gaps % longest
        lengths = full + (rest > 0)
        out = np.full(int(lengths.sum()) + len(events), first + longest - 1, np.int64)
        ends = np.cumsum(lengths + 1) - 1  # where each gap's event stands
        out[ends[:-1]] = tokens[events]
        last = ends - 1
        out[last[rest > 0]] = first + rest[rest > 0] - 1
        return out
