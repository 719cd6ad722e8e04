"""
Tunes with their plans (src/plugins/folk/plan): before a bar's music stands what the plan of its unit said of it, and the head of the next. That is known
already, and so nothing to foretell: in its place the network is to say that a bar begins now. Neither is the music of a bar that says an earlier one
again to the letter, which who writes the tune copies.
"""

import numpy as np

KNOWN = -100  # nothing to foretell, as torch's cross entropy has it
TOLD = 2  # tokens before a bar's music
NOTHING, AGAIN = -1, -2  # what a bar may be told beside a class: nothing of earlier ones, or to say one of them again


class Planning:
    """What is to be foretold of a piece's tokens (time): themselves, KNOWN, or that a bar begins. Pieces without plans: themselves."""

    def __init__(self, vocabulary):
        said = vocabulary.planning
        self.first = said['first'] if said else None
        if said:
            self.again, self.marks, self.now, self.upbeat, self.ends = (said[name] for name in ('again', 'marks', 'now', 'upbeat', 'ends'))
            self.classes = said['told']

    def __call__(self, tokens):
        targets = np.array(tokens, np.int64)
        if self.first is None:
            return targets
        planned, ends = targets >= self.first, np.isin(targets, self.ends)
        begins = np.flatnonzero(planned[:-1] & ~planned[1:]) + 1  # where a bar's music does
        stops = np.flatnonzero(ends)
        said = targets.copy()
        for begin in begins.tolist():
            told = said[begin - TOLD]
            targets[begin - TOLD] = self.upbeat if told == self.upbeat else self.now
            targets[begin - TOLD + 1:begin] = KNOWN
            if self.again <= told < self.marks:
                stop = stops[np.searchsorted(stops, begin)]
                targets[begin:stop] = KNOWN
        return targets

    def music(self, tokens):
        """Which of a piece's tokens (time) are music, rather than its plan: bool."""
        return np.ones(len(tokens), bool) if self.first is None else np.asarray(tokens) < self.first

    def told(self, tokens):
        """For each token of a piece's music: what the bar that begins with it was told to be, a class of `said['told']`; AGAIN, or NOTHING."""
        told, last = [], NOTHING
        for token in np.asarray(tokens).tolist():
            if self.first is None or token < self.first:
                told.append(last)
                last = NOTHING
            elif self.again <= token < self.marks:
                last = AGAIN
            elif 0 <= token - self.classes['first'] < len(self.classes['classes']):
                last = self.classes['classes'][token - self.classes['first']]
            elif token >= self.marks and token == self.upbeat:
                last = NOTHING
        return told
