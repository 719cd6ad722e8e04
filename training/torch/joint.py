"""
Tokens that are fed two at a time, as src/model/memory/joint.ts does it: those below `foretold` are foretold, the `told` ones after them are told
and never foretold, and the two kinds take turns. The network is fed the last foretold token x `told` + the told one, and foretells the next.
"""

import numpy as np


class Joint:
    """What a network is fed for the tokens of a piece, and what it is to foretell, both (step). Of other vocabularies, nothing is joined."""

    def __init__(self, vocabulary):
        joint = vocabulary.joint or {'foretold': 0, 'told': 0}
        self.foretold, self.told = joint['foretold'], joint['told']

    def __bool__(self):
        return self.told > 0

    def __call__(self, tokens):
        """tokens (time) of a piece, with or without its start token -> classes and targets (step), int64"""
        tokens = np.asarray(tokens, np.int64)
        told = np.flatnonzero((tokens[:-1] >= self.foretold) & (tokens[:-1] < self.foretold + self.told) & (tokens[1:] < self.foretold))
        places = np.where(tokens < self.foretold, np.arange(len(tokens)), -1)
        last = np.maximum.accumulate(places)[told]
        before = np.where(last < 0, 0, tokens[last])
        return before * self.told + tokens[told] - self.foretold, tokens[told + 1]
