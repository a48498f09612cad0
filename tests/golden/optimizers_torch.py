"""Golden numbers for the optimizers of src/nn: PyTorch's on gradients given by a formula.

    /usr/bin/python3 tests/golden/optimizers_torch.py > tests/golden/optimizers_torch.json
    deno fmt tests/golden/optimizers_torch.json
"""

import json
import math

import torch

STEPS = 5
OPTIM = torch.optim

# Our settings, PyTorch's optimizer of them, and its names of our slots.
ADAM = {"learningRate": 0.01, "beta1": 0.5, "beta2": 0.999, "epsilon": 1e-8}
CASES = [
    ("adam", ADAM, lambda x: OPTIM.Adam(x, 0.01, (0.5, 0.999), 1e-8),
     {"m": "exp_avg", "v": "exp_avg_sq"}),
    ("sgd", {"learningRate": 1e-3}, lambda x: OPTIM.SGD(x, 1e-3), {}),
    ("sgd", {"learningRate": 1e-3, "momentum": 0.9}, lambda x: OPTIM.SGD(x, 1e-3, 0.9),
     {"v": "momentum_buffer"}),
    ("sgd", {"learningRate": 1e-3, "momentum": 0.9, "nesterov": True},
     lambda x: OPTIM.SGD(x, 1e-3, 0.9, nesterov=True), {"v": "momentum_buffer"}),
    ("rmsProp", {"learningRate": 0.01, "decay": 0.99, "epsilon": 1e-6},
     lambda x: OPTIM.RMSprop(x, 0.01, 0.99, 1e-6), {"s": "square_avg"}),
    ("rmsProp", {"learningRate": 0.01, "decay": 0.9, "momentum": 0.5, "epsilon": 1e-8},
     lambda x: OPTIM.RMSprop(x, 0.01, 0.9, 1e-8, momentum=0.5),
     {"s": "square_avg", "v": "momentum_buffer"}),
]


def gradient(step: int) -> torch.Tensor:
    return torch.tensor([math.sin(3 * step + i) * 10 ** (i - 3) for i in range(6)])


cases = []
for name, options, make, slots in CASES:
    x = torch.nn.Parameter(torch.tensor([math.cos(i) for i in range(6)]))
    optimizer = make([x])
    steps = []
    for step in range(1, STEPS + 1):
        x.grad = gradient(step)
        optimizer.step()
        state = {ours: optimizer.state[x][theirs].tolist() for ours, theirs in slots.items()}
        steps.append({"x": x.tolist(), **state})
    cases.append({"optimizer": name, "options": options, "steps": steps})
print(json.dumps({"torch": torch.__version__, "cases": cases}, indent=1))
