"""Data parallel training under torchrun: each process has streams of its own, gradients are averaged. One process needs none of it."""

import os

import torch
import torch.distributed as dist


class Processes:
    def __init__(self):
        self.world, self.rank = int(os.environ.get('WORLD_SIZE', 1)), int(os.environ.get('RANK', 0))
        self.device = torch.device('cpu')
        if torch.cuda.is_available():
            self.device = torch.device('cuda', int(os.environ.get('LOCAL_RANK', 0)))
            torch.cuda.set_device(self.device)
        if self.world > 1:
            dist.init_process_group('nccl' if self.device.type == 'cuda' else 'gloo')

    def average_gradients(self, parameters):
        if self.world == 1:
            return
        flat = torch.cat([parameter.grad.flatten() for parameter in parameters])
        dist.all_reduce(flat)
        flat /= self.world
        for parameter, part in zip(parameters, flat.split([parameter.numel() for parameter in parameters])):
            parameter.grad.copy_(part.view_as(parameter))

    def largest(self, value):
        """The largest of all processes' numbers: so that all stop, and follow the schedule, together."""
        if self.world == 1:
            return value
        number = torch.tensor([float(value)], dtype=torch.float64, device=self.device)
        dist.all_reduce(number, dist.ReduceOp.MAX)
        return number.item()

    def gather(self, value):
        """A list with every process's value."""
        if self.world == 1:
            return [value]
        values = [None] * self.world
        dist.all_gather_object(values, value)
        return values
