"""The vocabulary of a codec as its ranges: each a block of tokens packed in mixed radix, first field most significant."""

from dataclasses import dataclass

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
        )

    def with_field(self, field):
        return [entry for entry in self.ranges if field in dict(entry.fields)]


def _fields(fields):
    if isinstance(fields, dict):
        return tuple(fields.items())
    return tuple((field['name'], field['radix']) for field in fields)
