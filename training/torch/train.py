"""
Trains a network on token shards.

    python3 train.py --data FOLDER --out FOLDER --tokens 40e6            the same run every time
    python3 train.py --data FOLDER --out FOLDER --until 23:45            ends at that time (UTC), however fast it goes
    python3 train.py --data FOLDER --out FOLDER --tokens 40e6            again: goes on from OUT/last.pt
    torchrun --nproc_per_node 2 train.py ...                             data parallel

Ctrl-C and SIGTERM write a checkpoint and end. --from CHECKPOINT starts with another run's weights.
"""

import machine  # before torch

import argparse
import copy
import datetime
import json
import signal
import time
from dataclasses import asdict
from pathlib import Path

import torch

import checkpoint
from config import Config, add_arguments, from_arguments
from data import Shards, Streams
from evaluate import held_out, words
from model import Network, loss_of
from processes import Processes
from schedule import ByClock, ByTokens, rate_at
from teachers import Teachers, taught_loss

# A step that took longer was a process that stood still (stopped, or the machine asleep): not counted as training.
LONGEST_STEP = 30.0


class Training:
    """One run: weights, optimizer, streams and their states, and what has been measured so far."""

    def __init__(self, shards, config, processes, origin=None):
        if config.batch % processes.world:
            raise SystemExit(f'--batch {config.batch} cannot be shared by {processes.world} processes')
        self.shards, self.config, self.processes = shards, config, processes
        torch.manual_seed(config.seed)
        self.network = Network(shards.vocabulary, config).to(processes.device)
        torch.manual_seed(config.seed * 1000 + processes.rank)  # dropout differs between processes, weights do not
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), lr=config.rate, betas=(0.9, 0.98), weight_decay=config.decay
        )
        batch = config.batch // processes.world
        self.streams = Streams(
            shards.pieces('train'), shards.vocabulary, config, batch, processes.rank, processes.world
        )
        self.state = self.network.zero_state(batch, processes.device)
        folders = config.teachers.split(',') if config.teachers else []
        self.teachers = Teachers(folders, shards.vocabulary, config, batch, processes.device)
        self.mean = RunningMean(self.network, config.average) if config.average else None
        self.tokens, self.steps, self.seconds, self.curve = 0, 0, 0.0, []
        self.origin = origin or {}

    def step(self, rate):
        """One update. Returns the mean nats a token of its windows."""
        inputs, targets, fresh = self.streams.windows()
        device = self.processes.device
        inputs, targets, fresh = (torch.from_numpy(each).to(device) for each in (inputs, targets, fresh))
        logits, self.state = self.network(inputs, _apart(self.state, device), fresh)
        loss = whole = loss_of(logits, targets)
        if self.teachers.networks:
            taught = self.config.taught
            whole = (1 - taught) * loss + taught * taught_loss(logits, self.teachers.shares(inputs, fresh))
        self.optimizer.zero_grad(set_to_none=True)
        whole.backward()
        parameters = list(self.network.parameters())
        self.processes.average_gradients(parameters)
        torch.nn.utils.clip_grad_norm_(parameters, self.config.clip)
        for group in self.optimizer.param_groups:
            group['lr'] = rate
        self.optimizer.step()
        if self.mean:
            self.mean.update(self.network, self.steps)
        self.tokens += targets.numel() * self.processes.world
        self.steps += 1
        return loss.item()

    def save(self, path, progress, schedule):
        """All processes together; the first writes."""
        generators = [torch.get_rng_state()]
        if self.processes.device.type == 'cuda':
            generators.append(torch.cuda.get_rng_state())
        shares = self.processes.gather({
            'streams': self.streams.state(), 'state': _apart(self.state, 'cpu'),
            'teachers': [_apart(state, 'cpu') for state in self.teachers.states], 'generators': generators,
        })
        if self.processes.rank:
            return
        checkpoint.save(path, {
            **self._result(schedule), 'optimizer': self.optimizer.state_dict(), 'shares': shares, 'progress': progress,
            **({'latest': self.network.state_dict()} if self.mean else {}),
        })

    def save_best(self, path, schedule):
        """What a folder is made of, without what a run needs to go on. By the first process alone."""
        checkpoint.save(path, self._result(schedule))

    def _result(self, schedule):
        return {
            'config': asdict(self.config), 'vocabularyHash': self.shards.vocabulary.hash, 'network': self.measured().state_dict(),
            'tokens': self.tokens, 'steps': self.steps, 'seconds': self.seconds, 'curve': self.curve, 'schedule': schedule.kind,
            'epochs': self.streams.epoch, 'origin': self.origin, 'machine': machine.describe(),
        }

    def measured(self):
        """The network whose figures count."""
        return self.mean.network if self.mean else self.network

    def restore(self, content):
        if len(content['shares']) != self.processes.world:
            raise SystemExit(f'the checkpoint was written by {len(content["shares"])} processes: go on with as many')
        self.measured().load_state_dict(content['network'])
        if self.mean:
            self.network.load_state_dict(content['latest'])
        self.optimizer.load_state_dict(content['optimizer'])
        share = content['shares'][self.processes.rank]
        self.streams.restore(share['streams'])
        self.state = _apart(share['state'], self.processes.device)
        if 'teachers' in share:
            self.teachers.states = [_apart(state, self.processes.device) for state in share['teachers']]
        torch.set_rng_state(share['generators'][0])
        if self.processes.device.type == 'cuda':
            torch.cuda.set_rng_state(share['generators'][1])
        for name in ('tokens', 'steps', 'seconds', 'curve', 'origin'):
            setattr(self, name, content[name])

    def measure(self, pieces, train_loss, progress):
        figures = held_out(self.measured(), pieces, self.shards.vocabulary, self.processes.device, self.network.kind)
        self.curve.append({
            'tokens': self.tokens, 'seconds': round(self.seconds, 1), 'progress': round(progress, 4),
            'trainNatsPerToken': train_loss, 'natsPerToken': figures['natsPerToken'], 'natsPerNote': figures['natsPerNote'],
        })
        return figures

    def is_best(self):
        """Whether the last measurement is the lowest so far."""
        return self.curve[-1]['natsPerToken'] <= min(point['natsPerToken'] for point in self.curve)


def _apart(state, device):
    """A state on a device, through which no gradient flows back."""
    return [tuple(part.detach().to(device) for part in layer) for layer in state]


class RunningMean:
    """A network whose weights are an exponentially weighted mean of another's: what a falling rate gives, at every moment."""

    def __init__(self, network, keep):
        self.network, self.keep = copy.deepcopy(network), keep

    @torch.no_grad()
    def update(self, network, steps):
        keep = min(self.keep, (1 + steps) / (10 + steps))  # the first weights are soon forgotten
        torch._foreach_mul_(list(self.network.parameters()), keep)
        torch._foreach_add_(list(self.network.parameters()), list(network.parameters()), alpha=1 - keep)


class Stop:
    """Set by SIGTERM and Ctrl-C: the run ends after the step that it is in."""

    def __init__(self):
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, *_):
        self.asked = True


def run(training, schedule, out, measure_every=600.0, save_every=300.0, stop=None, most_steps=None, log=print):
    """Until the schedule's end, `stop.asked`, or `most_steps` more steps. Returns whether the schedule is through."""
    processes, config = training.processes, training.config
    valid = training.shards.pieces('valid')
    out = Path(out)
    seen, since = [], training.tokens
    reported = saved = training.seconds
    measured = training.curve[-1]['seconds'] if training.curve else training.seconds
    done = steps = 0
    while True:
        progress = processes.largest(schedule.progress(training.tokens))
        done = progress >= 1
        if done or processes.largest(bool(stop and stop.asked)) or (most_steps is not None and steps >= most_steps):
            break
        began = time.perf_counter()
        seen.append(training.step(rate_at(progress, config)))
        took = time.perf_counter() - began
        # All processes must measure and save at the same step, so the first one's clock is not enough.
        training.seconds += processes.largest(took if took < LONGEST_STEP else 0.0)
        steps += 1
        if training.seconds - reported >= 30 and processes.rank == 0:
            speed = (training.tokens - since) / (training.seconds - reported)
            log(f'{_clock()} step {training.steps} tokens {training.tokens / 1e6:.2f}M epoch {training.streams.epoch:.2f} '
                f'progress {progress:.3f} rate {rate_at(progress, config):.2e} train {sum(seen[-50:]) / len(seen[-50:]):.4f} '
                f'{speed:.0f} tokens/s')
        if training.seconds - reported >= 30:
            reported, since = training.seconds, training.tokens
        if training.seconds - measured >= measure_every:
            measured = training.seconds
            if processes.rank == 0:
                _measure(training, valid, seen, progress, schedule, out, log)
            seen = []
        if training.seconds - saved >= save_every:
            saved = training.seconds
            training.save(out / 'last.pt', progress, schedule)
    if done and processes.rank == 0:
        _measure(training, valid, seen, progress, schedule, out, log)
    training.save(out / 'last.pt', progress, schedule)
    return bool(done)


def _measure(training, pieces, losses, progress, schedule, out, log):
    _log_figures(training.measure(pieces, sum(losses) / max(1, len(losses)), progress), log)
    if training.is_best():
        training.save_best(out / 'best.pt', schedule)


def _clock():
    return datetime.datetime.now(datetime.timezone.utc).strftime('%H:%M:%S')


def _log_figures(figures, log):
    log(f'{_clock()} held-out {words(figures)} '
        + ' '.join(f'{name} {value:.3f}' for name, value in figures['ranges'].items()))


def _deadline(text):
    """HH:MM in UTC, today or tomorrow, as seconds since 1970."""
    hour, minute = (int(part) for part in text.split(':'))
    now = datetime.datetime.now(datetime.timezone.utc)
    then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return (then if then > now else then + datetime.timedelta(days=1)).timestamp()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--out', required=True, help='folder of the run: last.pt, log.txt')
    length = parser.add_mutually_exclusive_group(required=True)
    length.add_argument('--tokens', type=float)
    length.add_argument('--until', type=_deadline, metavar='HH:MM', help='UTC')
    parser.add_argument('--from', dest='origin', metavar='CHECKPOINT', help='start with these weights')
    parser.add_argument('--measure-every', type=float, default=600, metavar='SECONDS')
    parser.add_argument('--save-every', type=float, default=300, metavar='SECONDS')
    parser.add_argument('--steps', type=int, help='stop after so many steps, in the middle of the schedule')
    add_arguments(parser)
    arguments = parser.parse_args()

    stop = Stop()
    processes = Processes()
    out = Path(arguments.out)
    out.mkdir(parents=True, exist_ok=True)
    last = checkpoint.load(out / 'last.pt') if (out / 'last.pt').exists() else None
    origin = checkpoint.load(arguments.origin) if arguments.origin and not last else None
    base = Config(**(last or origin or {'config': {}})['config'])
    config = from_arguments(arguments, base)
    shards = Shards(config.data)
    # A run that says nothing of its own start is the start itself.
    came_from = origin and (origin.get('origin') or {'warmStart': str(Path(arguments.origin).parent.name), 'taken': 'whole'})
    training = Training(shards, config, processes, came_from)
    if last:
        checkpoint.network_of(out / 'last.pt', shards.vocabulary, last)
        training.restore(last)
    elif origin:
        training.network.load_state_dict(checkpoint.network_of(arguments.origin, shards.vocabulary, origin).state_dict())
    progress = last['progress'] if last else 0.0
    schedule = ByTokens(arguments.tokens) if arguments.tokens else ByClock(arguments.until, progress)

    def log(line):
        print(line, flush=True)
        with open(out / 'log.txt', 'a') as file:
            file.write(line + '\n')

    if processes.rank == 0:
        count = sum(parameter.numel() for parameter in training.network.parameters())
        log(f'{_clock()} {"resumed" if last else "started"} on {machine.describe()}, {processes.world} process(es), '
            f'{count} parameters: {json.dumps(asdict(config))}')
    done = run(training, schedule, out, arguments.measure_every, arguments.save_every, stop, arguments.steps, log)
    if processes.rank == 0:
        log(f'{_clock()} {"finished" if done else "stopped; the same command goes on"}')


if __name__ == '__main__':
    main()
