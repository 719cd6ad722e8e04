"""
A network that learns hears people alone; one that plays hears itself, goes on from its own slips, and drifts away from the key. So
it may learn from pieces some of whose tokens are exchanged on their way in, for others of the same piece and of the same range:
another pitch of the tune, another duration. What it is to foretell stays as it was.
"""

import numpy as np


class Noise:
    """For a `share` of the tokens; those that count the bars of a part, and the start token, are left alone."""

    def __init__(self, vocabulary, share):
        self.share = share
        # (token) the range's number, or -1 where it stays
        self.ranges = np.full(vocabulary.size, -1)
        for number, entry in enumerate(vocabulary.ranges):
            self.ranges[entry.first:entry.first + entry.size] = number
        self.ranges[[*vocabulary.counted, *vocabulary.resets, vocabulary.start_token]] = -1

    def __call__(self, tokens, draw):
        """tokens (time) of a piece -> (time), other tokens in some places; `draw`: a NumPy generator"""
        if not self.share:
            return tokens
        tokens, ranges = np.array(tokens), self.ranges[tokens]
        places = np.flatnonzero((draw.random(len(tokens)) < self.share) & (ranges >= 0))
        others = {number: tokens[ranges == number] for number in np.unique(ranges[places])}
        for place in places:
            tokens[place] = draw.choice(others[ranges[place]])
        return tokens
