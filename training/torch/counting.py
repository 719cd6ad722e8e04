"""
Bar lines are numbered on their way into the network, as src/model/memory/counting.ts does it: a recurrent network of this size does not
count bars, and so does not know when a part is about to end, or which bar of it answers which.
"""

import numpy as np


class BarCounter:
    """
    How many bar lines there were since the part began (src/model/memory/bar-counter.ts). A part that begins with an upbeat has one more
    than it has bars: its first segment is taken for an upbeat where it has at most half as many tokens as the second.
    """

    def __init__(self, counted, resets, unheard=None):
        """`unheard`: from this token on they are no music, and pass by."""
        self.counted, self.resets, self.unheard = counted, resets, unheard
        self._begin()

    def _begin(self):
        self.lines = self.bars = self.length = self.first = 0

    def push(self, token):
        """Returns whether it just became known that the part began with an upbeat."""
        if self.unheard is not None and token >= self.unheard:
            return False
        if token in self.resets:
            self._begin()
            return False
        if token not in self.counted:
            self.length += 1
            return False
        self.lines, self.bars = self.lines + 1, self.bars + 1
        upbeat = self.lines == 2 and 2 * self.first <= self.length
        if upbeat:
            self.bars -= 1
        if self.lines == 1:
            self.first = self.length
        self.length = 0
        return upbeat


class Counting:
    """
    What a network is fed for each token: the token itself, except that a counted one (a bar line) becomes one of `numbers` classes
    after the vocabulary's, by how many bars there were since the part began. The first bar line of a part, where it is not known
    yet whether that began with an upbeat, has the first of them. With no numbers, every token is fed as it is.
    """

    def __init__(self, vocabulary, numbers):
        if numbers and not vocabulary.counted:
            raise ValueError(f'{vocabulary.codec} says nothing of tokens to count')
        self.first, self.numbers = vocabulary.size, numbers
        self.counted, self.resets = set(vocabulary.counted), set(vocabulary.resets)
        self.unheard = vocabulary.planning['first'] if vocabulary.planning else None

    def spec(self):
        """What a model folder says of it."""
        more = {} if self.unheard is None else {'unheard': self.unheard}
        return {'counted': sorted(self.counted), 'resets': sorted(self.resets), **more, 'numbers': self.numbers}

    def __call__(self, tokens):
        """tokens (time) of a piece -> classes (time), int64"""
        classes = np.array(tokens, np.int64)
        if not self.numbers:
            return classes
        counter = BarCounter(self.counted, self.resets, self.unheard)
        for at, token in enumerate(classes.tolist()):
            counter.push(token)
            if token in self.counted:
                number = 0 if counter.lines == 1 else 1 + (counter.bars - 1) % (self.numbers - 1)
                classes[at] = self.first + number
        return classes
