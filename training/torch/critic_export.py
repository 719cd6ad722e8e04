"""Writes what a model folder needs to judge tunes, critic.json: how training tunes are in each feature, what that says, and the network.

    python3 critic_export.py --data rows.jsonl --critic critic.pt --out models/my-tunes/critic.json [--held-out held.jsonl]

The features of rows.jsonl are those that the program reads (src/plugins/folk/critic). What each says is a logistic regression of its place
among people's and of that place squared; what features and network count for in the whole is fitted to the families that chose the network.
"""
import argparse
import base64
import json

import torch

from critic import auc, chooses, half_of, load, logits_of, people_weight, read

PERCENTS = (0.01, 0.05, 0.5, 0.95, 0.99)
DEVIATIONS, FARTHEST = 3.29, 4.0
ENOUGH = 100


def spread_of(tunes, names):
    """{feature: percentiles} of tunes by people."""
    values = torch.tensor([[float(tune['features'][name]) for name in names] for tune in tunes])
    found = torch.quantile(values, torch.tensor(PERCENTS), dim=0).T
    return {name: [round(float(value), 4) for value in row] for name, row in zip(names, found)}


def spreads_of(tunes, names):
    """(kind) of those with enough tunes by people, and of all as others."""
    people = [tune for tune in tunes if tune['people']]
    kinds = {}
    for tune in people:
        kinds.setdefault(tune['kind'], []).append(tune)
    found = {kind: spread_of(each, names) for kind, each in sorted(kinds.items()) if len(each) >= ENOUGH}
    return {**found, 'others': spread_of(people, names)}


def places_of(tunes, names, spreads, least):
    """(tune × 2 features): places among people's, and half their squares."""
    rows = []
    for tune in tunes:
        spread = spreads.get(tune['kind'], spreads['others'])
        row = []
        for name in names:
            _, p5, p50, p95, _ = spread[name]
            place = (float(tune['features'][name]) - p50) / max((p95 - p5) / DEVIATIONS, least[name])
            row.append(max(-FARTHEST, min(FARTHEST, place)))
        rows.append(row + [place * place / 2 for place in row])
    return torch.tensor(rows)


def logistic(inputs, tunes, penalty):
    """(weights, bias) by which people's tunes are told apart, as the network is trained to."""
    weights, bias = torch.zeros(inputs.shape[1], requires_grad=True), torch.zeros(1, requires_grad=True)
    labels = torch.tensor([float(tune['people']) for tune in tunes])
    by_people = people_weight(tunes)
    counts = torch.tensor([by_people if tune['people'] else float(tune['weight']) for tune in tunes])
    optimizer = torch.optim.LBFGS([weights, bias], max_iter=300)

    def closure():
        optimizer.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(inputs @ weights + bias, labels, counts)
        loss = loss + penalty * (weights * weights).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return weights.detach(), bias.item()


def grown(former, tunes, names, spreads, counts):
    """The features of an earlier critic as they are, with those that it lacks beside them: (weights, bias, least, mix, bias of the mix).

    What an earlier critic has learnt from tunes that were not chosen by it would be lost if it were fitted to those that were: these close,
    and vary, as it has asked for. New features alone are fitted to them.
    """
    known = former['features']['weights']
    added = [name for name in names if name not in known]
    least = {name: max(0.25 * (row[3] - row[1]) / DEVIATIONS, 0.01) for name, row in spreads['others'].items()}
    slopes, bias = logistic(places_of(tunes, added, spreads, least), tunes, 1e-3)
    share = counts / former['mix']['features']
    fitted = {name: (float(slopes[at]) * share, float(slopes[at + len(added)]) * share) for at, name in enumerate(added)}
    for name in known:
        fitted[name], least[name] = known[name][:2], known[name][2]
    weights = torch.tensor([fitted[name][0] for name in names] + [fitted[name][1] for name in names])
    mix = torch.tensor([former['mix']['features'], former['mix']['network']])
    return weights, former['features']['bias'] + bias * share, least, mix, former['mix']['bias']


def halves(critic):
    """The network's numbers in the order in which the program reads them, as float16 in base64."""
    parts = [table.weight for table in critic.tables]
    for way in (critic.reader.ahead, critic.reader.back):
        parts += [way.weight_ih_l0, way.weight_hh_l0, way.bias_ih_l0, way.bias_hh_l0]
    parts += [critic.out.weight, critic.out.bias]
    numbers = torch.cat([part.detach().flatten() for part in parts]).half().numpy()
    return base64.b64encode(numbers.astype('<f2').tobytes()).decode()


def rounded_to_halves(critic):
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter.copy_(parameter.half().float())
    return critic


def report(name, tunes, logits):
    people = torch.tensor([tune['people'] for tune in tunes])
    groups = {}
    for group in sorted({tune['by'] for tune in tunes if not tune['people']}):
        groups[group] = round(auc(logits[people], logits[torch.tensor([tune['by'] == group for tune in tunes])]), 3)
    print(f'{name}: AUC {auc(logits[people], logits[~people]):.3f} {groups}')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', required=True)
    parser.add_argument('--critic', required=True)
    parser.add_argument('--out', required=True)
    parser.add_argument('--held-out')
    parser.add_argument('--onto', metavar='CRITIC_JSON', help='an earlier critic to keep: features that it lacks alone are weighed anew, and added')
    parser.add_argument('--counts', type=float, default=0.75, help='what the features that --onto adds count for')
    parser.add_argument('--half', choices=['0', '1', 'all'], default='all')
    args = parser.parse_args()
    _, tunes = read(args.data)
    tunes = [tune for tune in tunes if args.half == 'all' or half_of(tune['family']) == int(args.half)]
    names = list(tunes[0]['features'])
    learning = [tune for tune in tunes if not chooses(tune['family'])]
    choosing = [tune for tune in tunes if chooses(tune['family'])]
    spreads = spreads_of(learning, names)
    if args.onto:
        with open(args.onto, encoding='utf-8') as file:
            weights, bias, least, mix, mix_bias = grown(json.load(file), learning, names, spreads, args.counts)
    else:
        least = {name: max(0.25 * (row[3] - row[1]) / DEVIATIONS, 0.01) for name, row in spreads['others'].items()}
        weights, bias = logistic(places_of(learning, names, spreads, least), learning, 1e-3)
    critic = rounded_to_halves(load(args.critic))
    by_features = lambda these: places_of(these, names, spreads, least) @ weights + bias
    both = lambda these: torch.stack([by_features(these), logits_of(critic, these)], 1)
    if not args.onto:
        mix, mix_bias = logistic(both(choosing), choosing, 1e-3)
    for name, these in [('chosen by', choosing)] + ([('held out', read(args.held_out)[1])] if args.held_out else []):
        logits = both(these)
        report(f'{name}, features', these, logits[:, 0])
        report(f'{name}, network', these, logits[:, 1])
        report(f'{name}, both', these, logits @ mix + mix_bias)
    golden = choosing[0]
    config = critic.config
    said = {
        'version': 1,
        'spreads': spreads,
        'features': {
            'bias': round(bias, 5),
            'weights': {
                name: [round(float(weights[at]), 5), round(float(weights[at + len(names)]), 5), round(least[name], 5)]
                for at, name in enumerate(names)
            },
        },
        'network': {'width': config['width'], 'units': config['units'], 'weights': halves(critic)},
        'mix': {'features': round(float(mix[0]), 5), 'network': round(float(mix[1]), 5), 'bias': round(mix_bias, 5)},
        'golden': {'rows': golden['rows'].flatten().tolist(), 'logit': float(logits_of(critic, [golden])[0])},
    }
    with open(args.out, 'w', encoding='utf-8') as file:
        file.write(json.dumps(said) + '\n')


if __name__ == '__main__':
    main()
