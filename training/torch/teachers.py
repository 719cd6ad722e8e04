"""
Networks that teach another: what each of them gives every token, not only the one that came, is what the student learns to give.
Where there is little music it is worth more than the tokens alone: the teachers say what else might have come, and several that
were trained apart say it better together than any of them (Hinton et al., Distilling the Knowledge in a Neural Network, 2015;
Furlanello et al., Born-Again Neural Networks, 2018).
"""

import torch

from model_folder import read_network


class Teachers:
    """Model folders of one vocabulary that hear what the student hears, with states of their own."""

    def __init__(self, folders, vocabulary, config, batch, device):
        self.networks = [read_network(folder, vocabulary).to(device) for folder in folders]
        for folder, network in zip(folders, self.networks):
            if network.config.numbers != config.numbers:
                raise SystemExit(f'{folder} is fed {network.config.numbers} classes of bar lines, the student {config.numbers}')
        self.states = [network.zero_state(batch, device) for network in self.networks]

    @torch.no_grad()
    def shares(self, inputs, fresh):
        """The mean of what they give each token of the next window, (time, batch, tokens)."""
        total = 0
        for number, network in enumerate(self.networks):
            logits, self.states[number] = network(inputs, self.states[number], fresh)
            total = total + logits.softmax(-1)
        return total / len(self.networks)


def taught_loss(logits, shares):
    """Mean nats that the student's `logits` need for what its teachers give; both (time, batch, tokens)."""
    return -(shares * logits.log_softmax(-1)).sum(-1).mean()
