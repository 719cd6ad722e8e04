"""Small shards for the tests: random tokens that repeat, so that there is something to learn."""

import json
import tempfile
import unittest
from pathlib import Path

import numpy as np

from data import Shards

META = {
    'codec': 'test', 'vocabularyHash': '0123456789abcdef', 'startToken': 29,
    'ranges': [
        {'name': 'NOTE_ON', 'first': 0, 'fields': [{'name': 'pitch', 'radix': 6}, {'name': 'velocity', 'radix': 2}]},
        {'name': 'NOTE_OFF', 'first': 12, 'fields': [{'name': 'pitch', 'radix': 6}]},
        {'name': 'TIME_SHIFT', 'first': 18, 'fields': [{'name': 'steps', 'radix': 12}]},
    ],
}


def write_shards(folder, pieces=7, seed=0, meta=META, size=30, length=60):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / 'meta.json').write_text(json.dumps(meta))
    draw = np.random.default_rng(seed)
    for split, count in (('train', pieces), ('valid', 3)):
        index, tokens = [], []
        for number in range(count):
            motif = draw.integers(0, size, 5)
            piece = np.resize(motif, int(draw.integers(length // 2, length)))
            index.append({'path': f'{split}{number}.mid', 'offset': len(tokens), 'length': len(piece), 'notes': 10, 'seconds': 5.0})
            tokens.extend(piece)
        np.array(tokens, '<u2').tofile(folder / f'{split}.bin')
        (folder / f'{split}.index.json').write_text(json.dumps(index))
    return folder


class ShardsTest(unittest.TestCase):
    """A test with a folder of its own, and shards in its `data`."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        write_shards(self.folder / 'data')
        self.shards = Shards(self.folder / 'data')
