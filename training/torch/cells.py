"""Recurrent layers over (time, batch, width). Weights are laid out as torch.nn.LSTM's and GRU's: (gates x units, inputs)."""

import torch


def _input_gates(inputs, w_input, w_state, bias, kind):
    """What the inputs (time, batch, width) of a whole window give each gate, in one product: inputs and weights in `kind`, (time, batch, gates x units)."""
    x, w_in, w_rec = inputs.to(kind), w_input.to(kind), w_state.to(kind)
    return x, w_in, w_rec, (x.flatten(0, 1) @ w_in.t() + bias.to(kind)).unflatten(0, x.shape[:2])


def _starts(fresh, time):
    """For each step whether a piece begins there in any stream; `fresh` (time, batch) bool, or None: in none."""
    return [False] * time if fresh is None else fresh.any(1).tolist()


def _forget(fresh, *parts):
    """Zeroes the states (batch, units) of the streams in which a piece begins; or what is known of them on the way back."""
    for part in parts:
        part.masked_fill_(fresh[:, None], 0)


def _input_gradients(d_gates, x, w_in):
    """Of the inputs, their weights and the bias, from those of the gates (time x batch, gates x units)."""
    d_x = (d_gates @ w_in).view(x.shape).float()
    return d_x, (d_gates.t() @ x.flatten(0, 1)).float(), d_gates.float().sum(0)


class _LstmOverTime(torch.autograd.Function):
    """
    One LSTM layer over a window on a CPU, several times as fast as torch.nn.LSTM there: products with the input and the
    weights' gradients are each one large product over the whole window, in `kind` (bfloat16 where the CPU has units for it).
    Gates in torch's and Keras's order: input, forget, cell, output.
    """

    @staticmethod
    def forward(ctx, inputs, h, c, w_input, w_state, bias, fresh, kind):
        time, batch, _ = inputs.shape
        units = h.shape[-1]
        x, w_in, w_rec, gates = _input_gates(inputs, w_input, w_state, bias, kind)
        active = torch.empty(time, batch, 4, units)
        hs, cs, squashed, outputs = (torch.empty(time, batch, units) for _ in range(4))  # states: those before each step
        recurrent, starts = w_rec.t(), _starts(fresh, time)
        for t in range(time):
            hs[t], cs[t] = h, c
            if starts[t]:
                _forget(fresh[t], hs[t], cs[t])
            now = active[t]
            now.copy_((gates[t] + hs[t].to(kind) @ recurrent).view(batch, 4, units))
            now[:, :2].sigmoid_()
            now[:, 2].tanh_()
            now[:, 3].sigmoid_()
            i, f, g, o = now.unbind(1)
            c = torch.addcmul(f * cs[t], i, g)
            torch.tanh(c, out=squashed[t])
            h = torch.mul(o, squashed[t], out=outputs[t])
        ctx.save_for_backward(x, w_in, w_rec, active, hs, cs, squashed)
        ctx.kind, ctx.fresh = kind, fresh
        return outputs, h.clone(), c

    @staticmethod
    def backward(ctx, d_outputs, d_h, d_c):
        x, w_in, w_rec, active, hs, cs, squashed = ctx.saved_tensors
        time, batch, units = squashed.shape
        i, f, g, o = active.unbind(2)
        # What a change of c or h means for each gate before its squashing, for the whole window at once.
        slope = torch.empty_like(active)
        torch.mul(g, i * (1 - i), out=slope[:, :, 0])
        torch.mul(cs, f * (1 - f), out=slope[:, :, 1])
        torch.mul(i, 1 - g * g, out=slope[:, :, 2])
        torch.mul(squashed, o * (1 - o), out=slope[:, :, 3])
        through = o * (1 - squashed * squashed)
        d_gates = torch.empty(time, batch, 4, units, dtype=ctx.kind)
        starts = _starts(ctx.fresh, time)
        for t in reversed(range(time)):
            d_h = d_h + d_outputs[t]
            d_c = torch.addcmul(d_c, d_h, through[t])
            d_gates[t, :, :3] = slope[t, :, :3] * d_c.unsqueeze(1)
            d_gates[t, :, 3] = slope[t, :, 3] * d_h
            d_c = d_c * f[t]
            d_h = (d_gates[t].view(batch, 4 * units) @ w_rec).float()
            if starts[t]:
                _forget(ctx.fresh[t], d_h, d_c)
        flat = d_gates.view(time * batch, 4 * units)
        before = hs.view(time * batch, units).to(ctx.kind)
        d_x, d_w_input, d_bias = _input_gradients(flat, x, w_in)
        d_w_state = (flat.t() @ before).float()
        return d_x, d_h, d_c, d_w_input, d_w_state, d_bias, None, None


class LstmLayer(torch.nn.Module):
    """State: (h, c), each (batch, units)."""

    keras_class = 'LSTM'

    def __init__(self, width, units, kind, forget_bias=0.0):
        super().__init__()
        self.units, self.kind = units, kind
        self.cell = torch.nn.LSTM(width, units)
        with torch.no_grad():
            self.cell.bias_ih_l0[units:2 * units] += forget_bias

    def zero_state(self, batch, device):
        return tuple(torch.zeros(batch, self.units, device=device) for _ in range(2))

    def forward(self, inputs, state, fresh=None):
        if inputs.is_cuda:
            with torch.autocast('cuda', self.kind, enabled=self.kind != torch.float32):
                return self.piece_by_piece(inputs, state, fresh)
        cell = self.cell
        bias = cell.bias_ih_l0 + cell.bias_hh_l0
        outputs, h, c = _LstmOverTime.apply(inputs, *state, cell.weight_ih_l0, cell.weight_hh_l0, bias, fresh, self.kind)
        return outputs, (h, c)

    def piece_by_piece(self, inputs, state, fresh):
        """The same by PyTorch's own layer, which is left and entered again wherever a piece begins in any stream."""
        begins = [t for t, start in enumerate(_starts(fresh, len(inputs))) if start]
        edges = sorted({0, *begins, len(inputs)})
        outputs = []
        for t, end in zip(edges, edges[1:]):
            if t in begins:
                state = tuple(part.masked_fill(fresh[t][:, None], 0) for part in state)
            part, last = self.cell(inputs[t:end], tuple(part.unsqueeze(0) for part in state))
            state = tuple(part[0].float() for part in last)
            outputs.append(part.float())
        return torch.cat(outputs), state

    def keras_weights(self):
        """kernel (inputs, 4 units), recurrent_kernel (units, 4 units), bias (4 units): the gates' order is the same, torch's two biases are one."""
        cell = self.cell
        return {
            'kernel': cell.weight_ih_l0.t(),
            'recurrent_kernel': cell.weight_hh_l0.t(),
            'bias': cell.bias_ih_l0 + cell.bias_hh_l0,
        }

    @torch.no_grad()
    def load_keras(self, weights):
        self.cell.weight_ih_l0.copy_(weights['kernel'].t())
        self.cell.weight_hh_l0.copy_(weights['recurrent_kernel'].t())
        self.cell.bias_ih_l0.copy_(weights['bias'])
        self.cell.bias_hh_l0.zero_()


class _GruOverTime(torch.autograd.Function):
    """One GRU layer over a window on a CPU, as `_LstmOverTime` is for LSTM. Gates in Keras's order: update, reset, candidate."""

    @staticmethod
    def forward(ctx, inputs, h, w_input, w_state, bias, fresh, kind):
        time, batch, _ = inputs.shape
        units = h.shape[-1]
        x, w_in, w_rec, gates = _input_gates(inputs, w_input, w_state, bias, kind)
        active = torch.empty(time, batch, 3, units)
        hs, outputs = (torch.empty(time, batch, units) for _ in range(2))  # the states before each step, and after it
        kept = torch.empty(time, batch, units, dtype=kind)  # what the reset gate lets through of the state
        to_gates, to_candidate = (part.t() for part in w_rec.split((2 * units, units)))
        starts = _starts(fresh, time)
        for t in range(time):
            hs[t] = h
            if starts[t]:
                _forget(fresh[t], hs[t])
            now = active[t]
            z, r, candidate = now.unbind(1)
            now[:, :2] = (gates[t, :, :2 * units] + hs[t].to(kind) @ to_gates).view(batch, 2, units)
            now[:, :2].sigmoid_()
            torch.mul(r, hs[t], out=kept[t])
            candidate.copy_(gates[t, :, 2 * units:] + kept[t] @ to_candidate)
            candidate.tanh_()
            h = torch.lerp(candidate, hs[t], z, out=outputs[t])
        ctx.save_for_backward(x, w_in, w_rec, active, hs, kept)
        ctx.kind, ctx.fresh = kind, fresh
        return outputs, h.clone()

    @staticmethod
    def backward(ctx, d_outputs, d_h):
        x, w_in, w_rec, active, hs, kept = ctx.saved_tensors
        time, batch, units = kept.shape
        z, r, candidate = active.unbind(2)
        # What a change of the new state (of the kept one, for the reset gate) means for each gate before its squashing.
        slope_z = (hs - candidate) * z * (1 - z)
        slope_r = hs * r * (1 - r)
        slope_candidate = (1 - z) * (1 - candidate * candidate)
        w_gates, w_candidate = w_rec.split((2 * units, units))
        d_gates = torch.empty(time, batch, 3, units, dtype=ctx.kind)
        starts = _starts(ctx.fresh, time)
        for t in reversed(range(time)):
            now = d_gates[t]
            d_h = d_h + d_outputs[t]
            torch.mul(d_h, slope_z[t], out=now[:, 0])
            torch.mul(d_h, slope_candidate[t], out=now[:, 2])
            d_kept = (now[:, 2] @ w_candidate).float()
            torch.mul(d_kept, slope_r[t], out=now[:, 1])
            d_h = torch.addcmul(d_h * z[t], d_kept, r[t])
            d_h += now[:, :2].reshape(batch, 2 * units) @ w_gates
            if starts[t]:
                _forget(ctx.fresh[t], d_h)
        flat = d_gates.view(time * batch, 3 * units)
        d_x, d_w_input, d_bias = _input_gradients(flat, x, w_in)
        to_gates, to_candidate = flat.split((2 * units, units), 1)
        d_w_state = torch.cat((
            to_gates.t() @ hs.view(time * batch, units).to(ctx.kind),
            to_candidate.t() @ kept.view(time * batch, units),
        )).float()
        return d_x, d_h, d_w_input, d_w_state, d_bias, None, None


class GruLayer(torch.nn.Module):
    """
    GRU whose reset gate acts before the recurrent product (torch.nn.GRU's acts after it, which tfjs refuses).
    Gates in Keras's order: update z, reset r, candidate. State: (h,).
    """

    keras_class = 'GRU'

    def __init__(self, width, units, kind):
        super().__init__()
        self.units, self.kind = units, kind
        bound = units ** -0.5
        self.w_input = torch.nn.Parameter(torch.empty(3 * units, width).uniform_(-bound, bound))
        self.w_state = torch.nn.Parameter(torch.empty(3 * units, units).uniform_(-bound, bound))
        self.bias = torch.nn.Parameter(torch.empty(3 * units).uniform_(-bound, bound))

    def zero_state(self, batch, device):
        return (torch.zeros(batch, self.units, device=device),)

    def forward(self, inputs, state, fresh=None):
        (h,) = state
        if inputs.is_cuda:
            outputs, h = self.step_by_step(inputs, h, fresh)
        else:
            outputs, h = _GruOverTime.apply(inputs, h, self.w_input, self.w_state, self.bias, fresh, self.kind)
        return outputs, (h,)

    def step_by_step(self, inputs, h, fresh):
        """The same, its gradients PyTorch's own."""
        starts = _starts(fresh, len(inputs))
        units, kind = self.units, self.kind
        gates = (inputs.to(kind) @ self.w_input.to(kind).t()).float() + self.bias
        w_gates, w_candidate = self.w_state.to(kind).split((2 * units, units))
        outputs = []
        for t, now in enumerate(gates):
            if starts[t]:
                h = h.masked_fill(fresh[t][:, None], 0)
            z, r = torch.sigmoid(now[:, :2 * units] + (h.to(kind) @ w_gates.t()).float()).chunk(2, 1)
            candidate = torch.tanh(now[:, 2 * units:] + ((r * h).to(kind) @ w_candidate.t()).float())
            h = z * h + (1 - z) * candidate
            outputs.append(h)
        return torch.stack(outputs), h

    def keras_weights(self):
        return {'kernel': self.w_input.t(), 'recurrent_kernel': self.w_state.t(), 'bias': self.bias}

    @torch.no_grad()
    def load_keras(self, weights):
        self.w_input.copy_(weights['kernel'].t())
        self.w_state.copy_(weights['recurrent_kernel'].t())
        self.bias.copy_(weights['bias'])


CELLS = {'lstm': LstmLayer, 'gru': GruLayer}
