"""
How much likelier each gesture of a follower is after a gesture of the leader's than at any time, counted in the training songs of a data set of the
plugin `ensemble`, and written into a model folder:

    python3 leader_odds.py --data SHARDS --model FOLDER

src/plugins/ensemble/gestures/leader-odds.ts says what is done with them. The weights stay as they are.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from data import Shards
from joint import Joint

# Steps that a gesture of the leader's is taken to have had at usual odds: of what is rare, little is believed.
PRIOR = 500


def odds(shards):
    """By the name of each follower: log-odds, (leader's gesture x gesture), row-major."""
    followers, leader = shards.vocabulary.ranges[:2]
    joint, tables = Joint(shards.vocabulary), {}
    for name, radix in followers.fields:
        digits = followers.digits(name)
        counts = np.zeros((leader.size, radix))
        for piece in shards.pieces('train'):
            fed, steps = joint(piece.tokens)
            np.add.at(counts, (fed % leader.size, digits[steps]), 1)
        usual = (counts.sum(0) + 1) / (counts.sum() + radix)
        after = (counts + PRIOR * usual) / (counts.sum(1, keepdims=True) + PRIOR)
        tables[name] = np.log(after / usual).round(4).ravel().tolist()
    return tables


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', required=True)
    parser.add_argument('--model', required=True, type=Path)
    arguments = parser.parse_args()
    path = arguments.model / 'model.json'
    model = json.loads(path.read_text())
    model['userDefinedMetadata']['continuo']['leaderOdds'] = odds(Shards(arguments.data))
    path.write_text(json.dumps(model, separators=(',', ':')) + '\n')
    print(f'{path}: odds of {", ".join(model["userDefinedMetadata"]["continuo"]["leaderOdds"])}')


if __name__ == '__main__':
    main()
