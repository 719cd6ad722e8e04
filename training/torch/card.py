"""The card of a model: what it was trained on and how, and what it is worth. Written from the run's own records."""

from pathlib import Path


def card(folder, facts):
    """`folder`: the model's id. `facts`: name, corpus, licence, meta (of the shards), run (a checkpoint), figures (held_out), compared [(name, figures)], values, notes."""
    run, meta, figures = facts['run'], facts['meta'], facts['figures']
    config = run['config']
    splits = meta['splits']
    rows = [
        ('codec', f'`{meta["codec"]}`, {meta["size"]} classes, vocabulary {meta["vocabularyHash"]}'),
        ('network', f'Embedding {meta["size"]} x {config["embedding"]}, {config["layers"]} x {config["cell"].upper()} {config["units"]} '
                    f'(sigmoid gates), Dense {meta["size"]} (logits); tfjs LayersModel, float16, {facts["values"] / 1e6:.2f} M values'),
        ('corpus', facts['corpus']),
        ('licence', facts['licence']),
        ('split', f'by piece, kept: {splits["train"]["pieces"]} to train on ({_amount(splits["train"])}), '
                  f'{splits["valid"]["pieces"]} held out ({_amount(splits["valid"])})'),
        ('data', f'each piece from its first note; {len(meta["pedalIgnored"])} files without their pedal, which hardly ever comes up; '
                 f'{meta["merged"]} notes that doubled another at the same step merged, {meta["folded"]} moved by octaves'),
        ('training', f'{run["seconds"] / 3600:.2f} h on {run["machine"]}; {run["tokens"] / 1e6:.1f} M tokens, {run["epochs"]:.1f} epochs, {run["steps"]} updates'),
        *([('started from', _origin(run['origin']))] if run['origin'] else []),
        ('seed', str(config['seed'])),
        ('held out', f'**{figures["natsPerToken"]:.4f} nats a token, {figures["natsPerNote"]:.4f} nats a note** '
                     f'({figures["notes"]} notes, {figures["tokens"]} tokens; float16 weights; each piece from a zero state)'),
        ('by kind of token', ', '.join(f'{kind} {value:.3f}' for kind, value in figures['ranges'].items())),
    ]
    parts = [
        f'# {folder}', facts['name'] + '.', _table(('', ''), rows),
        *([f'## Compared\n\nHeld out, on the same notes of the same pieces:\n\n{_compared(folder, facts)}'] if facts['compared'] else []),
        *([facts['notes'].strip()] if facts['notes'] else []),
        f'## Learning curve\n\n{_curve(run["curve"])}',
        f'## How to make it again\n\n{_again(config, run, facts["again"])}',
        '`golden.json`: 64 tokens, and the logits after the last of them, computed with PyTorch from the float16 weights.',
    ]
    return '\n\n'.join(parts) + '\n'


def write_card(folder, facts):
    folder = Path(folder)
    (folder / 'README.md').write_text(card(folder.resolve().name, facts))


def _origin(origin):
    return (f'`{origin["warmStart"]}`: its recurrent layers, and its rows put together for this codec (warm_start.py); '
            'the hours that it took (its card) come on top')


def _amount(split):
    return f'{split["tokens"] / 1e6:.2f} M tokens, {split["notes"]} notes, {split["seconds"] / 3600:.1f} h'


def _table(head, rows):
    lines = [f'| {" | ".join(head)} |', '|' + '---|' * len(head)]
    return '\n'.join(lines + [f'| {" | ".join(row)} |' for row in rows])


def _compared(folder, facts):
    rows = [(folder, facts['figures']), *facts['compared']]
    return _table(('model', 'nats a note', 'tokens a note'), [
        (who, f'{figures["natsPerNote"]:.4f}', f'{figures["tokens"] / figures["notes"]:.2f}') for who, figures in rows
    ])


def _curve(points):
    return _table(('minutes', 'tokens', 'trained on, nats a token', 'held out, nats a token', 'held out, nats a note'), [
        (f'{point["seconds"] / 60:.1f}', f'{point["tokens"] / 1e6:.2f} M', f'{point["trainNatsPerToken"]:.4f}',
         f'{point["natsPerToken"]:.4f}', f'{point["natsPerNote"]:.4f}')
        for point in points
    ])


def _again(config, run, again):
    left_out = ('data',)
    flags = ' '.join(
        f'--{name.replace("_", "-")} {("yes" if value else "no") if isinstance(value, bool) else value}'
        for name, value in config.items() if name not in left_out
    )
    lines = [*again, f'python3 train.py --data shards --out run --tokens {run["tokens"]} {flags}'
             + (' --from start.pt' if run['origin'] else '')]
    return ('In training/torch:\n\n' + '\n'.join('    ' + line for line in lines)
            + '\n\nThe run followed the clock: its learning rate fell by the time that was left, not by tokens, so a second run is like it, not equal.'
            * (run['schedule'] == 'clock'))
