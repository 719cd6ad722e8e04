"""The card of a model: what it was trained on and how, and what it is worth. Written from the run's own records."""

import math
from pathlib import Path

from evaluate import words


def card(folder, facts):
    """`folder`: the model's id. `facts`: name, corpus, licence, meta (of the shards), run (a checkpoint), figures (held_out), compared [(name, figures)], baseline
    (as `continuo evaluate --json` says it, or None), values, notes."""
    run, meta, figures = facts['run'], facts['meta'], facts['figures']
    config = run['config']
    inputs, outputs = _classes(meta, config)
    rows = [
        ('codec', f'`{meta["codec"]}`, {meta["size"]} classes, vocabulary {meta["vocabularyHash"]}'),
        ('network', f'Embedding {inputs} x {config["embedding"]}, {config["layers"]} x {config["cell"].upper()} {config["units"]} '
                    f'(sigmoid gates), Dense {outputs} (logits); tfjs LayersModel, float16, {facts["values"] / 1e6:.2f} M values'),
        ('corpus', facts['corpus']),
        ('licence', facts['licence']),
        ('split', _split(meta)),
        *([('data', _data(meta))] if _data(meta) else []),
        *([('types trained on', _types(meta))] if 'types' in meta else []),
        ('training', f'{run["seconds"] / 3600:.2f} h on {run["machine"]}; {run["tokens"] / 1e6:.1f} M tokens, {run["epochs"]:.1f} epochs, {run["steps"]} updates'
                     + _unfinished(run)),
        *([('taught by', _teachers(config))] if config.get('teachers') else []),
        *([('started from', _origin(run['origin']))] if run['origin'] else []),
        ('seed', str(config['seed'])),
        ('held out, the network alone' if facts.get('recall') else 'held out', f'**{words(figures)}**, '
                     f'perplexity {math.exp(figures["natsPerToken"]):.2f} ({_counts(figures)}; float16 weights; each piece from a zero state)'),
        *([('with recall', f'**{words(facts["recall"])}**, perplexity {math.exp(facts["recall"]["natsPerToken"]):.2f}: what the player hears; '
                           'the odds fitted to training pieces (recall.py)')] if facts.get('recall') else []),
        *([('5-gram', _baseline(facts['baseline'], figures, facts.get('recall')))] if facts['baseline'] else []),
        ('by kind of token', ', '.join(f'{kind} {value:.3f}' for kind, value in figures['ranges'].items())),
    ]
    parts = [
        f'# {folder}', facts['name'] + '.', _table(('', ''), rows),
        *([f'## Compared\n\nHeld out, on the same notes of the same pieces:\n\n{_compared(folder, facts)}'] if facts['compared'] else []),
        *([facts['notes'].strip()] if facts['notes'] else []),
        *([f'## Held out, by book\n\nWith recall.\n\n{_books(facts["recall"]["books"])}'] if facts.get('recall') else []),
        f'## Learning curve\n\n{_curve(run["curve"])}',
        f'## How to make it again\n\n{_again(config, run, facts["again"])}',
        '`golden.json`: 64 tokens, and the logits after the last of them, computed with PyTorch from the float16 weights.',
    ]
    return '\n\n'.join(parts) + '\n'


def _classes(meta, config):
    """How many go into the network, and come out."""
    if 'joint' in meta:
        joint = meta['joint']
        return joint['foretold'] * joint['told'], joint['foretold']
    return meta['size'] + config['numbers'], meta['size']


def write_card(folder, facts):
    folder = Path(folder)
    (folder / 'README.md').write_text(card(folder.resolve().name, facts))


def _origin(origin):
    taken = {
        'whole': 'all its weights',
        'velocities': 'all its weights, where this codec tells fewer velocities apart the mean of those',
        'tunes': 'all its weights; the rows of plans began anew',
        'layers': 'its recurrent layers, and its rows put together for this codec',
    }[origin.get('taken', 'layers')]
    return f'`{origin["warmStart"]}`: {taken}; the hours that it took (its card) come on top'


def _teachers(config):
    names = ' and '.join(f'`{Path(folder).name}`' for folder in config['teachers'].split(','))
    return f'{names} (teachers.py): {100 * config["taught"]:.0f} % of the loss is what the student needs for the mean of what they give each token'


def _unfinished(run):
    """The best checkpoint may be from the middle of a run."""
    progress = run['progress'] if 'progress' in run else run['curve'][-1]['progress']
    return '' if progress >= 1 else f'; taken at {100 * progress:.0f} % of its schedule'


def _split(meta):
    train, valid = (meta['splits'][name] for name in ('train', 'valid'))
    families = meta.get('families')
    if families is None:
        amount = lambda split: _tokens(split) + (f', {split["seconds"] / 3600:.1f} h' if split['seconds'] else '')
        return f'by piece, kept: {train["pieces"]} to train on ({amount(train)}), {valid["pieces"]} held out ({amount(valid)})'
    return (f'by family, that is all settings of one tune and tunes that share long runs, across books, on one side: '
            f'{train["pieces"]} tunes of {families["train"]} families to train on ({_tokens(train)}), '
            f'{valid["pieces"]} tunes of {families["valid"]} families held out ({_tokens(valid)}); {meta["options"]["split"].removeprefix("by family: ")}')


def _tokens(split):
    return f'{split["tokens"] / 1e6:.3g} M tokens' + (f', {split["notes"]} notes' if split['notes'] else '')


def _counts(figures):
    return (f'{figures["notes"]} notes, ' if figures['notes'] else '') + f'{figures["tokens"]} tokens'


def _data(meta):
    """What was done to the pieces; nothing to say of a text."""
    if 'families' in meta:
        return _tunes(meta)
    if 'pedalIgnored' in meta:
        return _performances(meta)
    if 'joint' in meta:
        return _bands(meta)
    return _hits(meta) if 'steps' in meta else None


def _performances(meta):
    return (f'each piece from its first note; {len(meta["pedalIgnored"])} files without their pedal, which hardly ever comes up; '
            f'{meta["merged"]} notes that doubled another at the same step merged, {meta["folded"]} moved by octaves')


def _hits(meta):
    restarts = meta['splits']['train'].get('restarts', 0)
    return (f'{meta["steps"]} steps; {meta["merged"]} hits that fell together with a louder one of their class left out, '
            f'{len(meta["skipped"])} files that cannot be used'
            + (f'; {restarts} pieces more to train on that begin anew (scripts/restart-pieces.mjs)' if restarts else ''))


def _bands(meta):
    return f'{meta["beats"]} beats, a step each; {len(meta["skipped"])} files that cannot be used'


def _tunes(meta):
    dropped = ', '.join(f'{count} {what}' for what, count in sorted(meta['dropped'].items(), key=lambda item: -item[1])[:6])
    return (f'transposed to the tonic C, by the key that the tune says; {len(meta["skipped"])} tunes that cannot be read left out; '
            f'no tokens for, and so left out, most of all: {dropped}')


def _types(meta):
    return ', '.join(f'{name} {count}' for name, count in sorted(meta['types'].items(), key=lambda item: -item[1]))


def _baseline(baseline, figures, recalled):
    fewer = lambda cost: f'**{100 * (1 - cost["natsPerToken"] / baseline["natsPerToken"]):.1f} % fewer**'
    orders = [str(entry['order']) for entry in baseline['orders'] if entry['fallback']]
    return (f'modified Kneser-Ney, from the same {baseline["trainedOn"]["tokens"]} tokens: {baseline["natsPerToken"]:.4f} nats a token '
            f'(perplexity {baseline["perplexity"]:.2f}); the network needs {fewer(figures)}'
            + (f', with recall {fewer(recalled)}' if recalled else '')
            + (f'; discounts of orders {", ".join(orders)} undefined, taken as 0.5, 1, 1.5' if orders else ''))


def _table(head, rows):
    lines = [f'| {" | ".join(head)} |', '|' + '---|' * len(head)]
    return '\n'.join(lines + [f'| {" | ".join(row)} |' for row in rows])


def _compared(folder, facts):
    rows = [(folder, facts['figures']), *facts['compared']]
    return _table(('model', 'nats a note', 'tokens a note'), [
        (who, f'{figures["natsPerNote"]:.4f}', f'{figures["tokens"] / figures["notes"]:.2f}') for who, figures in rows
    ])


def _books(books):
    return _table(('book', 'held out', 'nats a token', 'nats a note'), [
        (name, str(book['pieces']), f'{book["natsPerToken"]:.3f}', f'{book["natsPerNote"]:.3f}') for name, book in books.items()
    ])


def _curve(points):
    return _table(('minutes', 'tokens', 'trained on, nats a token', 'held out, nats a token', 'held out, nats a note'), [
        (f'{point["seconds"] / 60:.1f}', f'{point["tokens"] / 1e6:.2f} M', f'{point["trainNatsPerToken"]:.4f}',
         f'{point["natsPerToken"]:.4f}', '' if point['natsPerNote'] is None else f'{point["natsPerNote"]:.4f}')
        for point in points
    ])


def _again(config, run, again):
    left_out = ('data', *(() if config.get('teachers') else ('teachers', 'taught')))
    if config.get('teachers'):
        config = {**config, 'teachers': ','.join(Path(folder).name for folder in config['teachers'].split(','))}
    flags = ' '.join(
        f'--{name.replace("_", "-")} {("yes" if value else "no") if isinstance(value, bool) else value}'
        for name, value in config.items() if name not in left_out
    )
    lines = [*again, f'python3 train.py --data shards --out run --tokens {run["tokens"]} {flags}'
             + (' --from start.pt' if run['origin'] else '')]
    return ('In training/torch:\n\n' + '\n'.join('    ' + line for line in lines)
            + '\n\nThe run followed the clock: its learning rate fell by the time that was left, not by tokens, so a second run is like it, not equal.'
            * (run['schedule'] == 'clock'))
