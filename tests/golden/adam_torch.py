"""Golden numbers for src/nn/adam.ts: PyTorch's Adam on gradients given by a formula.

    /usr/bin/python3 tests/golden/adam_torch.py > tests/golden/adam_torch.json
    deno fmt tests/golden/adam_torch.json
"""

import json
import math

import torch

STEPS = 5
OPTIONS = {"learningRate": 0.01, "beta1": 0.5, "beta2": 0.999, "epsilon": 1e-8}


def gradient(step: int) -> torch.Tensor:
    return torch.tensor([math.sin(3 * step + i) * 10 ** (i - 3) for i in range(6)])


x = torch.nn.Parameter(torch.tensor([math.cos(i) for i in range(6)]))
adam = torch.optim.Adam(
    [x], OPTIONS["learningRate"], (OPTIONS["beta1"], OPTIONS["beta2"]), OPTIONS["epsilon"]
)
steps = []
for step in range(1, STEPS + 1):
    x.grad = gradient(step)
    adam.step()
    slots = adam.state[x]
    steps.append(
        {"x": x.tolist(), "m": slots["exp_avg"].tolist(), "v": slots["exp_avg_sq"].tolist()}
    )
print(json.dumps({"torch": torch.__version__, "options": OPTIONS, "steps": steps}, indent=1))
