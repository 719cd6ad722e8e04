"""A critic of whole tunes: a bidirectional network that tells tunes by people from made ones.

    python3 critic.py --data rows.jsonl --held-out held.jsonl --out critic.pt
    python3 critic.py --measure rows.jsonl critic.pt

The rows are what scripts/critic-data.mjs writes: for each note, bar line and part's end numbers of classes, which say neither key nor
spelling. A made tune counts as much as its weight says (1), people's together as much as all made ones. Whole families are in one half (--half 0 or 1) or in both (all), and a
tenth of them chooses when to stop. A tune's logit is its features' share, fitted here too, plus the network's.
"""
import argparse
import json
import random
import time
import zlib

import torch
from torch import nn


def read(path):
    """(sizes of the fields, tunes with rows as a tensor)."""
    with open(path, encoding='utf-8') as lines:
        sizes = json.loads(next(lines))['sizes']
        tunes = [json.loads(line) for line in lines]
    for tune in tunes:
        tune['rows'] = torch.tensor(tune['rows'], dtype=torch.long).view(-1, len(sizes))
        tune['people'] = tune['by'] == 'people'
        tune.setdefault('weight', 1.0)
    return sizes, tunes


def half_of(family):
    """0 or 1, by chance."""
    return zlib.crc32(f'critic-half {family}'.encode()) & 1


def chooses(family):
    """Whether a family is among the tenth that is not trained on, but chooses when to stop."""
    return zlib.crc32(f'critic-choice {family}'.encode()) % 10 == 0


class Reader(nn.Module):
    """Rows to a vector each, of what is before and after them."""

    def __init__(self, cell, width, units, dropout):
        super().__init__()
        self.cell = cell
        if cell == 'conv':
            self.first = nn.Conv1d(width, units, 3, padding=1)
            self.layers = nn.ModuleList(nn.Conv1d(units, units, 3, padding=d, dilation=d) for d in (2, 4, 8, 16, 32))
        else:
            make = nn.GRU if cell == 'gru' else nn.LSTM
            self.ahead, self.back = make(width, units, batch_first=True), make(width, units, batch_first=True)
        self.width = units if cell == 'conv' else 2 * units
        self.dropout = nn.Dropout(dropout)

    def forward(self, embedded, lengths):
        if self.cell == 'conv':
            mask = (torch.arange(embedded.shape[1])[None] < lengths[:, None]).unsqueeze(1)
            out = torch.relu(self.first(embedded.transpose(1, 2) * mask)) * mask
            for layer in self.layers:
                out = (out + torch.relu(layer(self.dropout(out)))) * mask
            return out.transpose(1, 2)
        places = torch.arange(embedded.shape[1])[None]
        # Each tune backwards, its padding where it was.
        turned = torch.where(places < lengths[:, None], lengths[:, None] - 1 - places, places)
        wide = turned.unsqueeze(2).expand(-1, -1, embedded.shape[2])
        ahead, _ = self.ahead(embedded)
        back, _ = self.back(embedded.gather(1, wide))
        wide = turned.unsqueeze(2).expand(-1, -1, back.shape[2])
        return torch.cat([ahead, back.gather(1, wide)], 2)


class Critic(nn.Module):
    """Rows of a tune to one logit: high is people's."""

    def __init__(self, sizes, cell='gru', width=32, units=64, dropout=0.3):
        super().__init__()
        self.config = {'sizes': sizes, 'cell': cell, 'width': width, 'units': units, 'dropout': dropout}
        self.tables = nn.ModuleList(nn.Embedding(size, width) for size in sizes)
        for table in self.tables:
            nn.init.normal_(table.weight, std=0.5)
        self.reader = Reader(cell, width, units, dropout)
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(2 * self.reader.width, 1)

    def forward(self, rows, lengths):
        embedded = self.dropout(sum(table(rows[:, :, field]) for field, table in enumerate(self.tables)))
        heard = self.reader(embedded, lengths)
        mask = (torch.arange(rows.shape[1])[None] < lengths[:, None]).unsqueeze(2)
        mean = (heard * mask).sum(1) / lengths[:, None]
        most = heard.masked_fill(~mask, -1e9).max(1).values
        return self.out(self.dropout(torch.cat([mean, most], 1))).squeeze(1)


PART = 42


def part_of(rows, rng):
    """One of a tune's parts alone."""
    ends = (rows[:, 0] == PART).nonzero().flatten().tolist()
    if len(ends) < 2:
        return rows
    which = rng.randrange(len(ends))
    return rows[(ends[which - 1] + 1 if which else 0):ends[which] + 1]


def padded(rows):
    lengths = torch.tensor([len(row) for row in rows])
    return nn.utils.rnn.pad_sequence(rows, batch_first=True), lengths


def logits_of(critic, tunes, batch=64):
    """(tune) in their order."""
    critic.eval()
    order = sorted(range(len(tunes)), key=lambda index: len(tunes[index]['rows']))
    found = torch.zeros(len(tunes))
    with torch.no_grad():
        for first in range(0, len(order), batch):
            here = order[first:first + batch]
            found[here] = critic(*padded([tunes[index]['rows'] for index in here]))
    return found


def auc(people, made):
    """Chance that one by people is above a made one."""
    both = torch.cat([people, made])
    ranks = both.argsort().argsort().double() + 1
    count = len(people)
    return float((ranks[:count].sum() - count * (count + 1) / 2) / (count * len(made)))


def measured(critic, tunes):
    """AUC of people's against each group of made tunes, and against all."""
    found = logits_of(critic, tunes)
    people = found[[tune['people'] for tune in tunes]]
    groups = {}
    for tune, logit in zip(tunes, found.tolist()):
        if not tune['people']:
            groups.setdefault(tune['by'], []).append(logit)
            groups.setdefault('all', []).append(logit)
    return {name: (round(auc(people, torch.tensor(made)), 4), len(made)) for name, made in groups.items()}


def people_weight(tunes):
    """What a tune by people counts for, so that all of them count as much as all made ones."""
    made = sum(tune['weight'] for tune in tunes if not tune['people'])
    return made / max(1, sum(tune['people'] for tune in tunes))


def batches(tunes, size, rng):
    """Tunes of similar length side by side."""
    order = sorted(range(len(tunes)), key=lambda index: len(tunes[index]['rows']) * rng.uniform(0.9, 1.1))
    groups = [order[first:first + size] for first in range(0, len(order), size)]
    rng.shuffle(groups)
    return groups


def train(args):
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    rng = random.Random(args.seed)
    sizes, tunes = read(args.data)
    tunes = [tune for tune in tunes if args.half == 'all' or half_of(tune['family']) == int(args.half)]
    choosing = [tune for tune in tunes if chooses(tune['family'])]
    learning = [tune for tune in tunes if not chooses(tune['family'])]
    weight = people_weight(learning)
    critic = load(getattr(args, 'from')) if getattr(args, 'from') else Critic(sizes, args.cell, args.width, args.units, args.dropout)
    print(f'{len(learning)} tunes, {len(choosing)} to choose by, {sum(p.numel() for p in critic.parameters())} values', flush=True)
    steps = args.epochs * (len(learning) // args.batch + 1)
    optimizer = torch.optim.AdamW(critic.parameters(), lr=args.rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, args.rate, total_steps=steps + 1, pct_start=0.2)
    best, began = 0.0, time.time()
    for epoch in range(args.epochs):
        critic.train()
        total = 0.0
        for group in batches(learning, args.batch, rng):
            here = [learning[index] for index in group]
            rows, lengths = padded([part_of(t['rows'], rng) if rng.random() < args.parts else t['rows'] for t in here])
            labels = torch.tensor([float(tune['people']) for tune in here])
            weights = torch.tensor([weight if tune['people'] else tune['weight'] for tune in here])
            loss = nn.functional.binary_cross_entropy_with_logits(critic(rows, lengths), labels, weights)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(critic.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item() * len(here)
        found = measured(critic, choosing)
        print(f'{epoch + 1}: loss {total / len(learning):.4f}, {time.time() - began:.0f} s, {found}', flush=True)
        if found['all'][0] > best:
            best = found['all'][0]
            torch.save({'config': critic.config, 'weights': critic.state_dict(), 'seed': args.seed, 'half': args.half}, args.out)
    if args.held_out:
        print('held out:', measured(load(args.out), read(args.held_out)[1]))


def load(path):
    saved = torch.load(path)
    critic = Critic(**saved['config'])
    critic.load_state_dict(saved['weights'])
    return critic


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data')
    parser.add_argument('--held-out')
    parser.add_argument('--out')
    parser.add_argument('--from', help='a critic to train further, such as one that has let new tunes through')
    parser.add_argument('--measure', nargs=2, metavar=('ROWS', 'CRITIC'))
    parser.add_argument('--cell', choices=['gru', 'lstm', 'conv'], default='gru')
    parser.add_argument('--half', choices=['0', '1', 'all'], default='all')
    parser.add_argument('--width', type=int, default=32)
    parser.add_argument('--units', type=int, default=64)
    parser.add_argument('--dropout', type=float, default=0.3)
    parser.add_argument('--parts', type=float, default=0.3, help='share of the tunes of which one part alone is shown')
    parser.add_argument('--epochs', type=int, default=10)
    parser.add_argument('--batch', type=int, default=32)
    parser.add_argument('--rate', type=float, default=2e-3)
    parser.add_argument('--seed', type=int, default=1)
    args = parser.parse_args()
    if args.measure:
        print(measured(load(args.measure[1]), read(args.measure[0])[1]))
    else:
        train(args)


if __name__ == '__main__':
    main()
