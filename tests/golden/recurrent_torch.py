"""Golden numbers for src/nn/lstm.ts and src/nn/gru.ts: outputs and every gradient, both directions.

    /usr/bin/python3 tests/golden/recurrent_torch.py > tests/golden/recurrent_torch.json
    deno fmt tests/golden/recurrent_torch.json

`lstm` and `gru` are PyTorch's nn.LSTM and nn.GRU, bidirectional. `gruResetBefore` is the GRU of the
paper, which PyTorch lacks, written out and differentiated by PyTorch. Weights come from a formula that
both sides compute, in Keras' layout: kernels [in, gates x units], gates i, f, g, o or z, r, h. PyTorch
has them transposed, its GRU in the order r, z, h, and two biases, which the LSTM's tests add up.
"""

import json
import math

import torch
from torch import nn

BATCH, LENGTH, DEPTH, UNITS = 2, 5, 3, 4

torch.set_default_dtype(torch.float64)  # the truth; ours is float32


def formula(shape: tuple, phase: float, scale: float) -> torch.Tensor:
    values = [scale * math.sin(1.7 * i + phase) for i in range(math.prod(shape))]
    return torch.tensor(values).reshape(shape)


def weights(gates: int, bias_shape: tuple, phase: float) -> list:
    width = gates * UNITS
    shapes = [(DEPTH, width), (UNITS, width), bias_shape]
    return [formula(shape, phase + i, 0.7) for i, shape in enumerate(shapes)]


def keras_order(w: torch.Tensor) -> torch.Tensor:
    """z, r, h to r, z, h along the last axis, or back: each is the other's inverse."""
    first, second, last = w.split(UNITS, -1)
    return torch.cat([second, first, last], -1)


def by_module(kind: type, x: torch.Tensor, directions: list) -> tuple:
    """Outputs of a PyTorch module with our weights, and what gives its gradients in our layout."""
    module = kind(DEPTH, UNITS, batch_first=True, bidirectional=True)
    order = keras_order if kind is nn.GRU else lambda w: w
    names = [[f"{w}_l0{suffix}" for w in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
             for suffix in ("", "_reverse")]
    with torch.no_grad():
        for own, (kernel, recurrent, bias) in zip(names, directions):
            biases = bias if kind is nn.GRU else (bias, torch.zeros_like(bias))
            ours = [order(kernel).T, order(recurrent).T, *map(order, biases)]
            for name, value in zip(own, ours):
                getattr(module, name).copy_(value)

    def gradients() -> list:
        found = []
        for own in names:
            ih, hh, bias_ih, bias_hh = (getattr(module, name).grad for name in own)
            bias = torch.stack([order(bias_ih), order(bias_hh)]) if kind is nn.GRU else bias_ih
            found.append([order(ih.T), order(hh.T), bias])
        return found

    return module(x)[0], gradients


def reset_before(x: torch.Tensor, directions: list) -> tuple:
    outputs = []
    directions = [[w.requires_grad_() for w in direction] for direction in directions]
    for reverse, (kernel, recurrent, bias) in zip((False, True), directions):
        h, steps = torch.zeros(BATCH, UNITS), {}
        for t in reversed(range(LENGTH)) if reverse else range(LENGTH):
            xz, xr, xh = (x[:, t] @ kernel + bias).split(UNITS, -1)
            uz, ur, uh = recurrent.split(UNITS, -1)
            z, r = torch.sigmoid(xz + h @ uz), torch.sigmoid(xr + h @ ur)
            h = z * h + (1 - z) * torch.tanh(xh + (r * h) @ uh)
            steps[t] = h
        outputs.append(torch.stack([steps[t] for t in range(LENGTH)], 1))
    return torch.cat(outputs, -1), lambda: [[w.grad for w in ws] for ws in directions]


def case(run, gates: int, bias_shape: tuple) -> dict:
    x = formula((BATCH, LENGTH, DEPTH), 0.3, 1.5).requires_grad_()
    directions = [weights(gates, bias_shape, 1), weights(gates, bias_shape, 5)]
    h, gradients = run(x, directions)
    (h * formula((BATCH, LENGTH, 2 * UNITS), 9, 1)).sum().backward()
    flat = lambda t: t.detach().flatten().tolist()
    return {
        "h": flat(h),
        "dx": flat(x.grad),
        "gradients": [[flat(w) for w in direction] for direction in gradients()],
    }


print(json.dumps({
    "torch": torch.__version__,
    "lstm": case(lambda x, w: by_module(nn.LSTM, x, w), 4, (4 * UNITS,)),
    "gru": case(lambda x, w: by_module(nn.GRU, x, w), 3, (2, 3 * UNITS)),
    "gruResetBefore": case(reset_before, 3, (3 * UNITS,)),
}, indent=1))
