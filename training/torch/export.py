"""
Writes a run's checkpoint as a model folder: model.json, weights.bin (float16), golden.json and the card, README.md.

    python3 export.py --data SHARDS --run RUN --out models/piano-pop --name "Piano (pop)" --corpus POP909 --about "..." --licence MIT
        [--recall RANGE ...] [--compare MODEL_FOLDER ITS_SHARDS] [--baseline FILE.json] [--notes FILE.md] [--again COMMAND]
"""

import machine  # noqa: F401  (before torch)

import argparse
import json
from pathlib import Path

import checkpoint
import recall
from card import write_card
from data import Shards
from evaluate import held_out, words
from model_folder import keras_weights, read_network, write


def figures_of(folder, data):
    shards = Shards(data)
    return held_out(read_network(folder, shards.vocabulary), shards.pieces('valid'), shards.vocabulary)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', required=True)
    parser.add_argument('--run', required=True, help='folder of the run, or a checkpoint')
    parser.add_argument('--out', required=True)
    parser.add_argument('--name', required=True, help='as people read it')
    parser.add_argument('--corpus', required=True, help='its name')
    parser.add_argument('--about', default='', help='the corpus in words, for the card')
    parser.add_argument('--licence', required=True, help='of the corpus and of the weights')
    parser.add_argument('--compare', nargs=2, action='append', default=[], metavar=('MODEL_FOLDER', 'ITS_SHARDS'))
    parser.add_argument('--baseline', metavar='FILE.json', help='what continuo evaluate --json printed: its 5-gram goes into the card')
    parser.add_argument('--recall', nargs='+', default=[], metavar='RANGE', help='ranges of tokens that end a bar: count how far to trust what was heard before (recall.py)')
    parser.add_argument('--notes', help='a file in Markdown, put into the card')
    parser.add_argument('--again', action='append', default=[], help='a command that comes before the training')
    arguments = parser.parse_args()

    shards = Shards(arguments.data)
    run = Path(arguments.run)
    content = checkpoint.load(run / 'last.pt' if run.is_dir() else run)
    network = checkpoint.network_of(arguments.run, shards.vocabulary, content)
    remembered = recall.learn(network, shards, arguments.recall) if arguments.recall else None
    rounded = write(arguments.out, network, shards.vocabulary, {
        'name': arguments.name, 'corpus': arguments.corpus, 'licence': arguments.licence,
        # A text model's vocabulary is its own.
        **({'characters': shards.meta['characters']} if 'characters' in shards.meta else {}),
        **({'recall': remembered} if remembered else {}),
        # Which types of tune a wish can name.
        **({'typesTrainedOn': shards.meta['types']} if 'types' in shards.meta else {}),
    })
    figures = held_out(rounded, shards.pieces('valid'), shards.vocabulary)
    write_card(arguments.out, {
        'name': arguments.name, 'corpus': f'{arguments.corpus}: {arguments.about}' if arguments.about else arguments.corpus,
        'licence': arguments.licence, 'meta': shards.meta, 'run': content, 'figures': figures,
        'compared': [(Path(folder).name, figures_of(folder, data)) for folder, data in arguments.compare],
        'baseline': json.loads(Path(arguments.baseline).read_text())['baseline'] if arguments.baseline else None,
        'recall': recall.worth(rounded, shards, remembered) if remembered else None,
        'values': sum(value.size for value in keras_weights(network).values()),
        'notes': Path(arguments.notes).read_text() if arguments.notes else '', 'again': arguments.again,
    })
    print(f'{arguments.out}: {words(figures)}')


if __name__ == '__main__':
    main()
