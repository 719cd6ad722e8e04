"""
How a piece repeats itself: fits the odds of Continuo's recall (src/model/memory/recall.ts) to training pieces, and measures what they
are worth on held-out ones.

Each segment (a bar) is written by the network alone, or after one of the earlier segments. Which one is not known, so each has its
odds: at the segment's beginning by how it is related to the present one, by the place in the part, and by how many tokens before
the two agree; from then on by Bayes's rule. A segment that is followed gives the next token of it, but for a share, the slip, that
is left to the network; that depends on the relation, on how many tokens agreed up to here, and on those before. Odds and slips are what makes
the training pieces likeliest (gradient ascent, the network's weights as they are).
"""

import numpy as np
import torch

from counting import BarCounter
from planning import AGAIN as SAID_AGAIN, KNOWN, NOTHING, Planning

# As in src/model/memory/recall-odds.ts.
RELATIONS = 8  # same part, 1, 2, 4, 8 bars before; an earlier part: the same place, 4 or 8 bars beside it, elsewhere; same part, elsewhere
ONE, TWO, FOUR, EIGHT, SAME, BESIDE, ELSEWHERE, OTHER = range(RELATIONS)
BARS = 16  # bars of a part that are told apart
PLACES = BARS + 2  # after so many bars; the last: after the first bar line, which may have ended an upbeat
BEFORE = (0, 1, 2, 4, 7, 13)  # lower ends of the classes of how many tokens before two segments agree
LONGEST = 40  # so many are compared
RUN, AGAIN = 7, 5  # classes of how many tokens agreed in a row: from the beginning, and since one did not
RUNS = RUN + AGAIN
SEGMENTS = 64  # that are remembered, the present one among them
TOLD_CLASSES = 4  # of what a bar may be told of earlier ones: src/plugins/folk/plan/relations.ts
MUSIC = 4  # a part with a segment of so many tokens is one; a header is none

# With odds as they are fitted, made tunes repeat fewer bars than training tunes do (15.2 % of their own part's, 17.3 %). Added to the odds of an earlier
# bar, of the same part and of another, and to those of its being said to the letter: then 15.9 %, at another 0.15 % of the held-out
# nats. Found by making tunes, not by what held-out ones cost.
MORE_WITHIN, MORE_BETWEEN, MORE_EXACT = 0.15, 0.35, 0.25
WITHIN = (ONE, TWO, FOUR, EIGHT, OTHER)


class Segments:
    """The segments of a piece so far: of each its first token, its part, and how many bars of the part came before it (-1: an upbeat)."""

    def __init__(self, spec):
        self.counter = BarCounter(set(spec['counted']), set(spec['resets']))
        self.boundaries = set(spec['boundaries']) | self.counter.counted | self.counter.resets
        self.at, self.part = 0, 0
        self.later = self.music = False  # whether a part with music came before this one; whether this one has any
        self.all = [[0, 0, 0]]

    def push(self, token):
        """Returns whether the token ended a segment."""
        upbeat = self.counter.push(token)
        self.at += 1
        if token not in self.boundaries:
            return False
        if upbeat:
            self.all[-1][2] = 0
            if len(self.all) > 1:
                self.all[-2][2] = -1
        self.music |= self.at - self.all[-1][0] >= MUSIC
        if token in self.counter.resets:
            self.part += 1
            self.later, self.music = self.later or self.music, False
        self.all.append([self.at, self.part, self.counter.bars])
        return True

    def place(self):
        return BARS + 1 if self.counter.lines == 1 else min(self.counter.bars, BARS)

    def earlier(self, tokens):
        """First and end of each earlier segment that can be followed, its relation to the present one, and the class of how much agrees before."""
        begin, part, bars = self.all[-1]
        found = []
        for (start, its_part, its_bars), (end, _, _) in list(zip(self.all, self.all[1:]))[-(SEGMENTS - 1):]:
            if end == start + 1 and tokens[start] in self.counter.resets:
                continue
            before = 0
            while before < LONGEST and start > before and tokens[start - 1 - before] == tokens[begin - 1 - before]:
                before += 1
            found.append((start, end, relation(part == its_part, bars - its_bars), max(i for i, low in enumerate(BEFORE) if low <= before)))
        return found


def relation(same_part, distance):
    if same_part:
        return {1: ONE, 2: TWO, 4: FOUR, 8: EIGHT}.get(distance, OTHER)
    return SAME if distance == 0 else BESIDE if abs(distance) in (4, 8) else ELSEWHERE


def recollect(tokens, p, spec, told=None):
    """
    For each segment of a piece, for each earlier one: relation, place, whether a part came before, class of what agrees before, and its
    terms, for each token one: (class of the run, what the network gives the token, or -1 where the earlier one has another). What `told` says of
    the token (time) that a segment begins with stands before them; one that was told to say another again has no earlier ones.
    """
    tokens = [int(token) for token in tokens]
    segments, found = Segments(spec), []
    told = told or [NOTHING] * len(tokens)
    begin, place, later, earlier = 0, segments.place(), 0, []
    for at, token in enumerate(tokens):
        if not segments.push(token) and at + 1 < len(tokens):  # the last segment is the piece's end token
            continue
        found.append([
            (kind, place, later, before, told[begin], terms_of(tokens[start:end], tokens[begin:at + 1], p[begin:at + 1]))
            for start, end, kind, before in earlier if told[begin] != SAID_AGAIN
        ])
        begin, place, later, earlier = at + 1, segments.place(), int(segments.later), segments.earlier(tokens[:at + 1])
    return found


def terms_of(before, now, p):
    terms, run, slipped = [], 0, False
    for theirs, ours, chance in zip(before, now, p):
        terms.append((RUN + min(AGAIN - 1, run) if slipped else min(RUN - 1, run), chance if theirs == ours else -1.0))
        run, slipped = (run + 1, slipped) if theirs == ours else (0, True)
    return terms


@torch.no_grad()
def probabilities(network, piece, planning):
    """What the network alone gives each token of a piece, from a zero state: 1 where there is nothing to foretell."""
    wanted = planning(piece.tokens)
    tokens = torch.from_numpy(np.where(wanted == KNOWN, 0, wanted))
    logits, _ = network(torch.from_numpy(network.fed(piece.tokens))[:, None], network.zero_state(1))
    chances = logits[:, 0].log_softmax(-1).gather(-1, tokens[:, None])[:, 0].exp().double().numpy()
    return np.where(wanted == KNOWN, 1.0, chances)


class Records:
    """What pieces say: a row for each (segment, earlier segment), a term for each token of those."""

    def __init__(self, pieces, network, spec, vocabulary):
        network.at_precision(torch.float32)
        planning = Planning(vocabulary)
        self.alone = []  # (piece) nats
        rows, terms, self.pieces = [], [], []
        for number, piece in enumerate(pieces):
            p = probabilities(network, piece, planning)
            self.alone.append(-np.log(p).sum())
            music = planning.music(piece.tokens)
            for segment in recollect(np.asarray(piece.tokens)[music], p[music], spec, planning.told(piece.tokens)):
                self.pieces.append(number)
                for kind, place, later, before, told, its_terms in segment:
                    terms.extend((len(rows), run, chance) for run, chance in its_terms)
                    rows.append((len(self.pieces) - 1, kind, place, later, before, told))
        self.segment, kind, place, later, before, told = torch.tensor(rows).t()
        row, run, chance = zip(*terms)
        self.row, run = torch.tensor(row), torch.tensor(run)
        # Cells of the tables, flat: picking along one dimension is what PyTorch is quick at.
        self.place, self.agreeing = (kind * PLACES + place) * 2 + later, kind * len(BEFORE) + before
        # What was told nothing adds nothing: a cell behind the table's.
        self.told = torch.where(told >= 0, told * RELATIONS + kind, TOLD_CLASSES * RELATIONS)
        self.relation, self.row_relation = kind.contiguous(), kind[self.row]
        self.slip = (kind[self.row] * RUNS + run) * len(BEFORE) + before[self.row]
        chance = torch.tensor(chance, dtype=torch.float64)
        self.agrees, self.chance = chance > 0, chance.abs().clamp(min=1e-12)
        self.pieces = torch.tensor(self.pieces)


class Odds(torch.nn.Module):
    """Logarithms of the odds of an earlier segment against the network alone, and of those of a slip."""

    def __init__(self):
        super().__init__()
        table = lambda value, *shape: torch.nn.Parameter(torch.full(shape, value, dtype=torch.float64))
        self.places, self.agreeing = table(-3.0, RELATIONS, PLACES, 2), table(0.0, RELATIONS, len(BEFORE))
        self.slips, self.before = table(-1.5, RELATIONS, RUNS), table(0.0, len(BEFORE))
        # Some bars are said again to the letter: the odds of that against being followed freely, and of a slip even then.
        self.exact, self.exact_slips = table(-0.5, RELATIONS), table(-5.0, RELATIONS)
        self.told = table(0.0, TOLD_CLASSES, RELATIONS)

    def forward(self, records):
        """What recall adds to the logarithm of each segment's probability; (segment)"""
        r = records
        pick = lambda table, cells: table.flatten().index_select(0, cells)
        told = torch.cat([self.told.flatten(), torch.zeros(1, dtype=torch.float64)]).index_select(0, r.told)
        prior = pick(self.places, r.place) + pick(self.agreeing, r.agreeing) + told
        free = self._followed(prior, pick(torch.sigmoid(self.slips[..., None] + self.before), r.slip), r)
        exact = prior + pick(self.exact, r.relation)
        to_the_letter = self._followed(exact, pick(torch.sigmoid(self.exact_slips), r.row_relation), r)
        return self._total(free, to_the_letter, r) - self._total(prior, exact, r)

    @staticmethod
    def _followed(prior, slip, r):
        term = torch.where(r.agrees, torch.log((1 - slip + slip * r.chance) / r.chance), torch.log(slip))
        return prior.index_add(0, r.row, term)

    @staticmethod
    def _total(free, exact, records):
        """log(1 + sum of exp(odds)); (segment)"""
        sums = torch.zeros(len(records.pieces), dtype=torch.float64)
        # A shift of each segment's own would be safer; odds of less than e^600 need none.
        for odds in (free, exact):
            sums = sums.index_add(0, records.segment, odds.clamp(max=600).exp())
        return torch.log1p(sums)

    def apart(self):
        """How far the tables are from saying nothing: what little was seen stays near the rest."""
        places, slips = self.places - self.places.mean((1, 2), keepdim=True), self.slips - self.slips.mean(1, keepdim=True)
        return sum((table ** 2).sum() for table in (places, slips, self.agreeing, self.before, self.told))

    @torch.no_grad()
    def leaning(self):
        """Themselves, leaning to recall by what stands above."""
        for relation in range(RELATIONS):
            self.places[relation] += MORE_WITHIN if relation in WITHIN else MORE_BETWEEN
        self.exact += MORE_EXACT
        return self

    def spec(self):
        return {camel(name): [round(value, 2) for value in table.flatten().tolist()] for name, table in self.named_parameters() if name != 'told'}

    def load(self, spec):
        with torch.no_grad():
            for name, table in self.named_parameters():
                said = spec.get('told', {}).get('odds', table.flatten().tolist()) if name == 'told' else spec[camel(name)]
                table.copy_(torch.tensor(said, dtype=torch.float64).view_as(table))
        return self


def camel(name):
    first, *more = name.split('_')
    return first + ''.join(part.capitalize() for part in more)


def fit(records, rounds=150, rate=0.1, pull=0.01):
    odds = Odds()
    optimizer = torch.optim.Adam(odds.parameters(), lr=rate)
    for _ in range(rounds):
        optimizer.zero_grad()
        (pull * odds.apart() - odds(records).sum()).backward()
        optimizer.step()
    return odds


@torch.no_grad()
def nats(records, odds):
    """What each piece costs with recall; (piece)."""
    gained = torch.zeros(len(records.alone), dtype=torch.float64).index_add(0, records.pieces, odds(records))
    return np.array(records.alone) - gained.numpy()


def boundary_tokens(vocabulary, names):
    """All tokens of the ranges of these names."""
    return [token for entry in vocabulary.ranges if entry.name in names for token in range(entry.first, entry.first + entry.size)]


TUNES = 1500  # training pieces that the odds are fitted to
# Dropout meanwhile. The network knows its training pieces half by heart, and would need recall less there than with new music. At
# 0.57 they cost folk-session what held-out ones do; made tunes repeat more nearly as people's do with somewhat more, at 0.1 % of
# the held-out nats.
FORGET = 0.7


def learn(network, shards, ranges):
    """What a model folder says of recall; the network's own precision is restored."""
    kind, keep, training, vocabulary = network.kind, network.dropout.keep, network.training, shards.vocabulary
    spec = {'boundaries': boundary_tokens(vocabulary, ranges), 'counted': sorted(vocabulary.counted), 'resets': sorted(vocabulary.resets)}
    pieces = shards.pieces('train')
    torch.manual_seed(0)
    network.dropout.keep = 1 - FORGET
    odds = fit(Records(pieces[::max(1, len(pieces) // TUNES)], network.train(), spec, vocabulary))
    planned = vocabulary.planning
    # Bars that are said again are planned: there is nothing to lean to.
    spec.update((odds if planned else odds.leaning()).spec())
    if planned:
        told = [round(value, 2) for value in odds.told.flatten().tolist()]
        spec.update({'unheard': planned['first'], 'told': {**planned['told'], 'odds': told}})
    network.dropout.keep = keep
    network.at_precision(kind).train(training)
    return spec


def worth(network, shards, spec):
    """Held-out nats a token and a note with recall, and by the first part of a piece's path (its book)."""
    pieces = shards.pieces('valid')
    cost = nats(Records(pieces, network.eval(), spec, shards.vocabulary), Odds().load(spec))
    planning = Planning(shards.vocabulary)
    counts = [int((planning(piece.tokens) != KNOWN).sum()) for piece in pieces]
    tokens, notes = sum(counts), sum(piece.notes for piece in pieces)
    books = {}
    for piece, value, count in zip(pieces, cost, counts):
        book = books.setdefault(piece.path.split(':')[0], [0, 0.0, 0, 0])
        for index, more in enumerate((1, value, count, piece.notes)):
            book[index] += more
    return {'natsPerToken': cost.sum() / tokens, 'natsPerNote': cost.sum() / notes if notes else None,
            'books': {book: {'pieces': n, 'natsPerToken': value / count, 'natsPerNote': value / heard if heard else None}
                      for book, (n, value, count, heard) in sorted(books.items())}}
