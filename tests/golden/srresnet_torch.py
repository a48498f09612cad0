"""Golden numbers for models/srresnet.ts: two steps of a tiny SRResNet in PyTorch.

    /usr/bin/python3 tests/golden/srresnet_torch.py > tests/golden/srresnet_torch.json
    deno fmt tests/golden/srresnet_torch.json

One block, 2 feature maps, x4, batches of 2 pictures of 5 x 4. Weights and pictures come from a formula
that both sides compute, weights in TensorFlow.js' layouts: [h, w, in, out], and outputs of what a pixel
shuffle follows in the order (i s + j) C + c, where PyTorch has c s s + i s + j.
"""

import json
import math

import torch
import torch.nn.functional as F

FEATURES, STEPS, RATE = 2, 2, 1e-2

torch.set_default_dtype(torch.float64)  # the truth; ours is float32


def formula(shape: tuple, phase: float, scale: float, offset: float = 0.0) -> torch.Tensor:
    values = [offset + scale * math.sin(1.7 * i + phase) for i in range(math.prod(shape))]
    return torch.tensor(values).reshape(shape)


weights: dict = {}


def weight(name: str, shape: tuple, scale: float, offset: float = 0.0) -> torch.Tensor:
    """The weight of that name; its phase is how many were made before it."""
    if name not in weights:
        weights[name] = formula(shape, len(weights), scale, offset).requires_grad_()
    return weights[name]


def conv(name: str, x: torch.Tensor, outputs: int, side: int) -> torch.Tensor:
    kernel = weight(f"{name}/kernel", (side, side, x.shape[1], outputs), 0.3)
    bias = weight(f"{name}/bias", (outputs,), 0.1)
    return F.conv2d(x, kernel.permute(3, 2, 0, 1), bias, 1, side // 2)


def norm(name: str, x: torch.Tensor) -> torch.Tensor:
    gamma, beta = weight(f"{name}/gamma", (FEATURES,), 0.1, 1.0), weight(f"{name}/beta", (FEATURES,), 0.1)
    return F.batch_norm(x, None, None, gamma, beta, training=True, eps=1e-5)


def prelu(name: str, x: torch.Tensor) -> torch.Tensor:
    return F.prelu(x, weight(f"{name}/alpha", (1, 1, 1), 0.0, 0.25).reshape(1))


def up(name: str, x: torch.Tensor) -> torch.Tensor:
    order = [(i * 2 + j) * FEATURES + c for c in range(FEATURES) for i in range(2) for j in range(2)]
    return prelu(f"{name}_prelu", F.pixel_shuffle(conv(name, x, 4 * FEATURES, 3)[:, order], 2))


def srresnet(x: torch.Tensor) -> torch.Tensor:
    head = prelu("head_prelu", conv("head", x, FEATURES, 9))
    y = prelu("block1_prelu", norm("block1_norm1", conv("block1_conv1", head, FEATURES, 3)))
    y = head + norm("block1_norm2", conv("block1_conv2", y, FEATURES, 3))
    y = head + norm("body_norm", conv("body_conv", y, FEATURES, 3))
    return conv("tail", up("up2", up("up1", y)), 3, 9)


low = formula((2, 5, 4, 3), 0.3, 0.5, 0.5).permute(0, 3, 1, 2)
high = formula((2, 20, 16, 3), 0.7, 0.5, 0.5).permute(0, 3, 1, 2)
output = srresnet(low).permute(0, 2, 3, 1).flatten()[:20].tolist()
adam, losses = torch.optim.Adam(weights.values(), RATE), []
for step in range(STEPS):
    loss = F.mse_loss(srresnet(low), high)
    losses.append(loss.item())
    adam.zero_grad()
    loss.backward()
    adam.step()

print(json.dumps({
    "torch": torch.__version__,
    "learningRate": RATE,
    "output": output,
    "losses": losses,
    "weightsAfter": {name: w.detach().flatten()[:6].tolist() for name, w in weights.items()},
}, indent=1))
