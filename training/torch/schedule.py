"""How far a run has come (0 to 1), and the learning rate there."""

import math
import time


def rate_at(progress, config):
    """Linear up over the warm-up, then half a cosine down to the final rate."""
    if progress < config.warmup:
        return config.rate * progress / config.warmup
    along = (progress - config.warmup) / (1 - config.warmup)
    return config.final_rate + (config.rate - config.final_rate) * 0.5 * (1 + math.cos(math.pi * min(1.0, along)))


class ByTokens:
    """Ends after so many tokens: the same run every time."""

    kind = 'tokens'

    def __init__(self, budget):
        self.budget = budget

    def progress(self, tokens):
        return min(1.0, tokens / self.budget)


class ByClock:
    """Ends at a moment, whatever the machine has done until then: what is left of the schedule is spread over the time that is left."""

    kind = 'clock'

    def __init__(self, deadline, progress=0.0, now=time.time):
        self.deadline, self.start, self.now = deadline, progress, now
        self.began = now()

    def progress(self, tokens):
        share = (self.now() - self.began) / max(1e-9, self.deadline - self.began)
        return min(1.0, self.start + (1 - self.start) * share)
