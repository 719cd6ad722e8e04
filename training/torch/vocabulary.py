"""The vocabulary of a codec as its ranges: each a block of tokens packed in mixed radix, first field most significant."""

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Range:
    name: str
    first: int
    fields: tuple  # (name, radix) of each

    @property
    def size(self):
        return int(np.prod([radix for _, radix in self.fields], dtype=np.int64))

    def stride(self, field):
        """Distance between two tokens that differ by one in `field`."""
        names = [name for name, _ in self.fields]
        return int(np.prod([radix for _, radix in self.fields[names.index(field) + 1:]], dtype=np.int64))

    def digits(self, field):
        """The value of `field` in each token of the range: (size,) int64."""
        return np.arange(self.size) // self.stride(field) % dict(self.fields)[field]


@dataclass(frozen=True)
class Vocabulary:
    ranges: tuple
    size: int
    hash: str
    start_token: int
    codec: str
    counted: tuple = ()  # tokens that a network may be fed numbered (counting.py)
    resets: tuple = ()  # and those after which they are counted anew
    planning: dict = None  # of tunes with their plans: which tokens are a plan's (planning.py)
    joint: dict = None  # of tokens that are fed two at a time: how many are foretold, and how many told (joint.py)

    @staticmethod
    def of(meta):
        """From the `meta.json` of token shards."""
        ranges = tuple(
            Range(entry['name'], entry['first'], _fields(entry['fields']))
            for entry in meta['ranges']
        )
        size = sum(entry.size for entry in ranges)
        counting = meta.get('counting', {})
        return Vocabulary(
            ranges, size, meta['vocabularyHash'], meta['startToken'], meta['codec'],
            tuple(counting.get('counted', ())), tuple(counting.get('resets', ())), meta.get('planning'),
            meta.get('joint'),
        )

    @property
    def inputs(self):
        """The classes that a network is fed: the tokens, or where they are joined, one of each kind packed into one integer."""
        if self.joint is None:
            return self
        foretold, told = self.ranges[:2]
        fields = foretold.fields + told.fields
        return replace(self, ranges=(Range('JOINT', 0, fields),), size=foretold.size * told.size)

    @property
    def outputs(self):
        """The classes that a network foretells: the tokens, or those of them that are foretold."""
        if self.joint is None:
            return self
        return replace(self, ranges=self.ranges[:1], size=self.ranges[0].size)

    def with_field(self, field):
        return [entry for entry in self.ranges if field in dict(entry.fields)]


def _fields(fields):
    if isinstance(fields, dict):
        return tuple(fields.items())
    return tuple((field['name'], field['radix']) for field in fields)
