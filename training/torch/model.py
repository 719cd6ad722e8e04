"""Token -> embedding -> stacked recurrent layers -> logits, one row of logits a token."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from cells import CELLS
from counting import Counting
from joint import Joint

KINDS = {'float32': torch.float32, 'bfloat16': torch.bfloat16}


class Table(nn.Module):
    """
    A row for each token. Factored, the row of a packed token is the sum of a row for each of its fields and one of its own,
    so that what is learned of a pitch serves all its velocities. Folded into a plain matrix wherever it is used.
    """

    def __init__(self, vocabulary, width, factored, scale, more=0):
        """`more`: rows after the vocabulary's."""
        super().__init__()
        self.own = nn.Parameter(torch.randn(vocabulary.size + more, width) * scale)
        self.fields = nn.ParameterDict()
        self.digits = []
        for entry in vocabulary.ranges if factored else ():
            if len(entry.fields) < 2:
                continue
            with torch.no_grad():
                self.own[entry.first:entry.first + entry.size] *= 0.1
            for name, radix in entry.fields:
                key = f'{entry.name}_{name}'
                self.fields[key] = nn.Parameter(torch.randn(radix, width) * scale)
                self.register_buffer(key, torch.from_numpy(entry.digits(name)), persistent=False)
                self.digits.append((key, entry.first, entry.size))

    def matrix(self):
        """(tokens, width)"""
        if not self.digits:
            return self.own
        parts, end = [], 0
        blocks = {}
        for key, first, size in self.digits:
            blocks.setdefault((first, size), []).append(key)
        for (first, size), keys in sorted(blocks.items()):
            parts.append(self.own[end:first])
            end = first + size
            parts.append(self.own[first:end] + sum(self.fields[key][getattr(self, key)] for key in keys))
        parts.append(self.own[end:])
        return torch.cat(parts)


class WindowDropout(nn.Module):
    """Dropout whose mask holds for a whole window: each stream loses the same units at every step of it."""

    def __init__(self, share):
        super().__init__()
        self.keep = 1 - share

    def forward(self, hidden):
        if not self.training or self.keep == 1:
            return hidden
        mask = torch.empty(1, *hidden.shape[1:], device=hidden.device).bernoulli_(self.keep)
        return hidden * mask.div_(self.keep)


class Network(nn.Module):
    def __init__(self, vocabulary, config):
        super().__init__()
        if config.tied and config.numbers:
            raise ValueError('tied weights leave no room for rows of numbered bar lines')
        if config.tied and config.embedding != config.units:
            raise ValueError(f'tied weights need --embedding equal to --units, not {config.embedding} and {config.units}')
        self.config = config
        self.kind = KINDS[config.precision]
        self.start, self.counting = vocabulary.start_token, Counting(vocabulary, config.numbers)
        self.joint = Joint(vocabulary)
        self.embedding = Table(vocabulary.inputs, config.embedding, config.factored, 0.05, config.numbers)
        widths = [config.embedding] + [config.units] * config.layers
        more = {'forget_bias': config.forget_bias} if config.cell == 'lstm' else {}
        self.layers = nn.ModuleList(
            CELLS[config.cell](width, config.units, self.kind, **more) for width in widths[:-1]
        )
        self.output = None if config.tied else Table(vocabulary.outputs, config.units, config.factored, config.units ** -0.5)
        self.bias = Table(vocabulary.outputs, 1, config.factored, 0.0)
        self.dropout = WindowDropout(config.dropout)

    def fed(self, tokens):
        """What foretells each token of a piece (time): the start token, then all but the last, numbered; of joined tokens, what foretells each step."""
        if self.joint:
            return self.joint(tokens)[0]
        return self.counting(np.concatenate([[self.start], np.asarray(tokens[:-1], np.int64)]))

    def zero_state(self, batch, device='cpu'):
        return [layer.zero_state(batch, device) for layer in self.layers]

    def forward(self, tokens, state, fresh=None):
        """
        tokens (time, batch) -> logits (time, batch, tokens) float32, and the state after the last.
        `fresh` (time, batch) bool: before these a stream forgets all, since a piece begins.
        """
        hidden, after = self.hidden(tokens, state, fresh)
        return self.logits(hidden), after

    def hidden(self, tokens, state, fresh=None):
        """What the last layer makes of each token: (time, batch, unit); and the state after the last."""
        hidden = functional.embedding(tokens, self.embedding.matrix())
        after = []
        for layer, before in zip(self.layers, state):
            hidden, last = layer(self.dropout(hidden), before, fresh)
            after.append(last)
        return hidden, after

    def logits(self, hidden):
        rows = self.output_matrix().to(self.kind)
        columns = rows.t().contiguous()  # so laid out, the way back is several times as fast on a CPU
        return (self.dropout(hidden).to(self.kind) @ columns).float() + self.bias.matrix().squeeze(1)

    def output_matrix(self):
        return (self.output or self.embedding).matrix()

    def at_precision(self, kind):
        """Sets the type of the matrix products; figures are computed in float32."""
        self.kind = kind
        for layer in self.layers:
            layer.kind = kind
        return self


def loss_of(logits, targets):
    """Mean nats a target."""
    return functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
