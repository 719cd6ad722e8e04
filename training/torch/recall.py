"""
How far to trust what was heard before: counts the shares of Continuo's recall (src/model/recall.ts, recall-past.ts) on training
pieces, and measures what it is worth on held-out ones.

The network's distribution p is mixed with q, what came next wherever a segment (a bar) of the piece so far began as the present
one does: (1 - s) p + s q. The share s depends on how many tokens of the segment agree, how many before it do, and how much the
places agree with one another. For each such cell it is what makes the training pieces likeliest (expectation maximisation).
"""

import numpy as np
import torch

MATCHED, BEFORE, AGREEMENT = 7, (0, 1, 2, 4, 7, 13), (0.6, 0.999)
SHARES = MATCHED * len(BEFORE) * (len(AGREEMENT) + 1)
LONGEST, WEIGHTY, PHRASES = 40, 6, (2, 4, 8)
PRIOR, PRIOR_WEIGHT = 0.1, 0.5  # of a share, as if so many tokens had been seen


def recollect(tokens, boundaries):
    """For each token: the cell that it is predicted in (-1: there is no like place), and the share that q gives it."""
    cells, given = np.full(len(tokens), -1), np.zeros(len(tokens))
    tokens = [int(token) for token in tokens]
    starts = [0]
    for at, token in enumerate(tokens):
        begin = starts[-1]
        matched = at - begin
        weights, longest = {}, 0
        for segment, start in enumerate(starts[:-1]):
            if start + matched >= starts[segment + 1] or tokens[start:start + matched] != tokens[begin:at]:
                continue
            before = 0
            while before < LONGEST - matched and start > before and tokens[start - 1 - before] == tokens[begin - 1 - before]:
                before += 1
            longest = max(longest, before)
            weight = (3 if len(starts) - 1 - segment in PHRASES else 1) * 3 ** min(WEIGHTY, before)
            heard = tokens[start + matched]
            weights[heard] = weights.get(heard, 0) + weight
        if weights:
            total = sum(weights.values())
            agreement = sum(max(weights.values()) / total > least for least in AGREEMENT)
            row = min(MATCHED - 1, matched) * len(BEFORE) + max(i for i, low in enumerate(BEFORE) if low <= longest)
            cells[at] = row * (len(AGREEMENT) + 1) + agreement
            given[at] = weights.get(token, 0) / total
        if token in boundaries:
            starts.append(at + 1)
    return cells, given


@torch.no_grad()
def probabilities(network, piece, start):
    """What the network alone gives each token of a piece, from a zero state."""
    tokens = torch.from_numpy(np.asarray(piece.tokens, np.int64))
    inputs = torch.cat([torch.tensor([start]), tokens[:-1]])[:, None]
    logits, _ = network(inputs, network.zero_state(1))
    return logits[:, 0].log_softmax(-1).gather(-1, tokens[:, None])[:, 0].exp().double().numpy()


def records(network, pieces, vocabulary, boundaries):
    """For each piece: cells, what q gives, what p gives. Each (token)."""
    network.at_precision(torch.float32).eval()
    return [(*recollect(piece.tokens, boundaries), probabilities(network, piece, vocabulary.start_token)) for piece in pieces]


def fit(found, rounds=80):
    """The shares, (cell), from records."""
    cells, q, p = (np.concatenate([record[part] for record in found]) for part in range(3))
    shares = np.zeros(SHARES)
    for cell in np.unique(cells[cells >= 0]):
        here = cells == cell
        share = 0.3
        for _ in range(rounds):
            mixed = share * q[here] / (share * q[here] + (1 - share) * p[here])
            share = (mixed.sum() + PRIOR * PRIOR_WEIGHT) / (here.sum() + PRIOR_WEIGHT)
        shares[cell] = round(share, 3)
    return shares


def nats(found, shares):
    """What each piece costs with recall; (piece)."""
    def cost(cells, q, p):
        share = np.where(cells >= 0, shares[cells], 0)
        return -np.log(share * q + (1 - share) * p).sum()
    return np.array([cost(*record) for record in found])


def boundary_tokens(vocabulary, names):
    """All tokens of the ranges of these names."""
    return [token for entry in vocabulary.ranges if entry.name in names for token in range(entry.first, entry.first + entry.size)]


TUNES = 1500  # training pieces that the shares are counted on: so many tell them to a hundredth


def learn(network, shards, ranges):
    """What a model folder says of recall; the network's own precision is restored."""
    kind, training = network.kind, network.training
    boundaries = boundary_tokens(shards.vocabulary, ranges)
    pieces = shards.pieces('train')
    chosen = pieces[::max(1, len(pieces) // TUNES)]
    shares = fit(records(network, chosen, shards.vocabulary, set(boundaries)))
    network.at_precision(kind).train(training)
    return {'boundaries': boundaries, 'shares': shares.tolist()}


def worth(network, shards, remembered):
    """Held-out nats a token and a note with recall, and by the first part of a piece's path (its book)."""
    pieces = shards.pieces('valid')
    found = records(network, pieces, shards.vocabulary, set(remembered['boundaries']))
    cost = nats(found, np.array(remembered['shares']))
    books = {}
    for piece, value in zip(pieces, cost):
        book = books.setdefault(piece.path.split(':')[0], [0, 0.0, 0, 0])
        for index, more in enumerate((1, value, len(piece.tokens), piece.notes)):
            book[index] += more
    tokens, notes = sum(len(piece.tokens) for piece in pieces), sum(piece.notes for piece in pieces)
    return {'natsPerToken': cost.sum() / tokens, 'natsPerNote': cost.sum() / notes if notes else None,
            'books': {book: {'pieces': n, 'natsPerToken': value / count, 'natsPerNote': value / heard if heard else None}
                      for book, (n, value, count, heard) in sorted(books.items())}}
