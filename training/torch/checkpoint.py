"""Checkpoints: all that a training is, written so that a crash at any moment leaves the last one whole."""

import os
from pathlib import Path

import torch

from config import Config
from model import Network


def save(path, content):
    """Written beside, flushed to the disk, then renamed over."""
    path = Path(path)
    partial = path.with_name(path.name + '.partial')
    with open(partial, 'wb') as file:
        torch.save(content, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)


def load(path):
    if not Path(path).is_file():
        raise SystemExit(f'{path} is no file: a checkpoint is a .pt that train.py or warm_start.py wrote')
    return torch.load(path, map_location='cpu')


def network_of(path, vocabulary, content=None):
    """The network in a checkpoint; refuses another vocabulary's."""
    content = content or load(path)
    if content['vocabularyHash'] != vocabulary.hash:
        raise SystemExit(
            f'{path} was trained with vocabulary {content["vocabularyHash"]}, the data has {vocabulary.hash}:'
            ' encode the data again with the codec that the checkpoint knows, or start afresh.'
        )
    network = Network(vocabulary, Config(**content['config']))
    network.load_state_dict(content['network'])
    return network
