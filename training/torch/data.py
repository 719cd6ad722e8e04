"""Token shards as contiguous streams of pieces."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from augment import Shifter, Stretcher, Transposer, Turner
from counting import Counting
from joint import Joint
from noise import Noise
from planning import Planning
from vocabulary import Vocabulary


@dataclass(frozen=True)
class Piece:
    path: str
    tokens: np.ndarray  # of the shard's type, memory-mapped, without the start token
    notes: int
    seconds: float


class Shards:
    """A folder of `meta.json`, and for each split `NAME.bin` (little-endian integers) with `NAME.index.json`."""

    def __init__(self, folder):
        self.folder = Path(folder)
        if not (self.folder / 'meta.json').is_file():
            raise SystemExit(f'{folder} has no meta.json: the data are a folder that `continuo dataset build` wrote')
        self.meta = json.loads((self.folder / 'meta.json').read_text())
        self.vocabulary = Vocabulary.of(self.meta)

    def pieces(self, split):
        index = json.loads((self.folder / f'{split}.index.json').read_text())
        index = index['pieces'] if isinstance(index, dict) else index
        kind = np.dtype('<u4') if self.vocabulary.size > 65536 else np.dtype('<u2')
        tokens = np.memmap(self.folder / f'{split}.bin', kind, 'r')
        return [
            Piece(p['path'], tokens[p['offset']:p['offset'] + p['length']], p['notes'], p['seconds']) for p in index
        ]


class Streams:
    """
    `batch` endless streams of whole pieces, read in windows. Pieces come from a queue: every epoch a new order, every piece
    in it with a transposition and tempo of its own, both drawn from (seed, place in the queue) alone, so that a position is
    a few integers and resuming is exact. Each piece starts with the start token and a zero state, wherever in a window the one
    before it has ended.
    Of several processes, each takes its share of the queue.
    """

    def __init__(self, pieces, vocabulary, config, batch, rank=0, world=1):
        self.all, self.start, self.config = pieces, vocabulary.start_token, config
        self.rank, self.world = rank, world
        self.counting = Counting(vocabulary, config.numbers)
        self.noise, self.planning = Noise(vocabulary, config.noise), Planning(vocabulary)
        self.joint = Joint(vocabulary)
        self.transpose, self.stretch = Transposer(vocabulary), Stretcher(vocabulary)
        self.count = Turner(vocabulary, 'number')
        self.loudness, self.lateness = Shifter(vocabulary, 'velocity', 'loudness'), Shifter(vocabulary, 'micro')
        self.style = Shifter(vocabulary, 'style')
        self.taken = 0
        self.places, self.positions = [0] * batch, [0] * batch
        self.tokens, self.fed, self.wanted = [None] * batch, [None] * batch, [None] * batch
        for stream in range(batch):
            self._next(stream)
            # Not all streams at their beginnings at once: the first piece of each is joined somewhere.
            draw = np.random.default_rng((config.seed, 1, self.places[stream]))
            self.positions[stream] = int(draw.integers(len(self.tokens[stream]) - 1))

    def _piece(self, place):
        config = self.config
        epoch, number = divmod(place, len(self.all))
        order = np.random.default_rng((config.seed, 2, epoch)).permutation(len(self.all))
        draw = np.random.default_rng((config.seed, 3, place))
        tokens = np.asarray(self.all[order[number]].tokens, np.int64)
        tokens = self.transpose(tokens, int(draw.integers(-config.transpose_down, config.transpose_up + 1)))
        tokens = self.stretch(tokens, float(draw.uniform(1 - config.stretch, 1 + config.stretch)))
        tokens = self.count(tokens, int(draw.integers(0, 1 << 30)))
        tokens = self._played_otherwise(tokens, draw)
        return np.concatenate([[self.start], tokens])

    def _played_otherwise(self, tokens, draw):
        """Louder or softer, later or earlier, of a style that is said or not."""
        config = self.config
        if config.louder:
            tokens = self.loudness(tokens, int(draw.integers(-config.louder, config.louder + 1)))
        if config.later:
            tokens = self.lateness(tokens, int(draw.integers(-config.later, config.later + 1)))
        if config.unsaid and draw.random() < config.unsaid:
            tokens = self.style(tokens, -(1 << 20))
        return tokens

    def _next(self, stream):
        self.places[stream] = self.taken * self.world + self.rank
        self.taken += 1
        self._take(stream)
        self.positions[stream] = 0

    def _take(self, stream):
        self.tokens[stream] = self._piece(self.places[stream])
        if self.joint:
            # Steps take the place of tokens; what foretells a step stands before it.
            fed, wanted = self.joint(self.tokens[stream])
            self.tokens[stream] = self.wanted[stream] = np.concatenate([[self.start], wanted])
            self.fed[stream] = np.concatenate([fed, [0]])
            return
        self.wanted[stream] = self.planning(self.tokens[stream])
        draw = np.random.default_rng((self.config.seed, 4, self.places[stream]))
        self.fed[stream] = self.counting(self.noise(self.tokens[stream], draw))

    def windows(self):
        """The next window of every stream: inputs and targets int64 (KNOWN where there is nothing to foretell), and fresh bool, where a piece begins; all (window, batch)."""
        shape = self.config.window, len(self.places)
        inputs, targets, fresh = np.empty(shape, np.int64), np.empty(shape, np.int64), np.zeros(shape, bool)
        for stream in range(shape[1]):
            filled = 0
            while filled < shape[0]:
                if self.positions[stream] >= len(self.tokens[stream]) - 1:
                    self._next(stream)
                position, tokens = self.positions[stream], self.tokens[stream]
                count = min(shape[0] - filled, len(tokens) - 1 - position)
                fresh[filled, stream] = position == 0
                inputs[filled:filled + count, stream] = self.fed[stream][position:position + count]
                targets[filled:filled + count, stream] = self.wanted[stream][position + 1:position + count + 1]
                self.positions[stream] += count
                filled += count
        return inputs, targets, fresh

    @property
    def epoch(self):
        return self.taken * self.world / len(self.all)

    def state(self):
        return {'taken': self.taken, 'places': list(self.places), 'positions': list(self.positions)}

    def restore(self, state):
        self.taken, self.places, self.positions = state['taken'], list(state['places']), list(state['positions'])
        for stream in range(len(self.places)):
            self._take(stream)
