"""All that decides what a training computes: kept in every checkpoint and printed in the card."""

import argparse
from dataclasses import asdict, dataclass, fields


@dataclass(frozen=True)
class Config:
    data: str = ''  # folder that `continuo dataset build` wrote
    cell: str = 'lstm'  # lstm, or gru (reset before the product, as tfjs has it)
    forget_bias: float = 0.0  # added to an LSTM's forget gates at the start; Keras has 1
    layers: int = 2
    units: int = 384
    embedding: int = 384
    factored: bool = True  # rows of packed tokens are a sum over their fields, plus a row of their own
    numbers: int = 0  # classes that bar lines are fed as, by their place in the part (counting.py); 0: as they are
    tied: bool = False  # the output matrix is the embedding
    noise: float = 0.0  # share of the tokens fed that are others of their piece and range: a network in play hears its own slips (noise.py)
    teachers: str = ''  # model folders, separated by commas, whose shares of each token are learnt beside the token (teachers.py)
    taught: float = 0.8  # where there are teachers, how much of the loss those are
    dropout: float = 0.1  # on each layer's input and the last one's output, one mask a window
    batch: int = 64  # streams, over all processes
    window: int = 96  # tokens between two updates; gradients go no further back, the state does
    rate: float = 2e-3  # Adam's, at the top of the schedule
    final_rate: float = 2e-5
    warmup: float = 0.01  # share of the run over which the rate rises
    clip: float = 1.0  # norm of the gradient
    decay: float = 0.0  # AdamW's weight decay
    average: float = 0.0  # share that a running mean of the weights keeps at each update; figures and folders are the mean's; 0: none
    transpose_down: int = 5  # semitones
    transpose_up: int = 6
    stretch: float = 0.05  # largest relative change of tempo
    louder: int = 0  # largest change of the fields `velocity` and `loudness`, in their classes
    later: int = 0  # largest change of the field `micro`, in ticks
    unsaid: float = 0.0  # share of the pieces whose field `style` is 0, which stands for any
    precision: str = 'bfloat16'  # of the matrix products; sums, states and weights stay float32
    seed: int = 1


def add_arguments(parser: argparse.ArgumentParser):
    """One flag for each field: --units 512, --factored no."""
    for field in fields(Config):
        kind = _boolean if field.type is bool else field.type
        parser.add_argument('--' + field.name.replace('_', '-'), type=kind, default=None, metavar=field.type.__name__)


def from_arguments(arguments, base: Config) -> Config:
    """`base` with what the command line says."""
    given = {field.name: getattr(arguments, field.name) for field in fields(Config)}
    return Config(**{**asdict(base), **{name: value for name, value in given.items() if value is not None}})


def _boolean(text):
    if text not in ('yes', 'no'):
        raise argparse.ArgumentTypeError(f'yes or no, not {text}')
    return text == 'yes'
