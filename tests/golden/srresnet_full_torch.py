"""Golden numbers for the full-size SRResNet of models/srresnet.ts: two steps in PyTorch.

    python3 tests/golden/srresnet_full_torch.py > tests/golden/srresnet_full_torch.json

16 blocks, 64 feature maps, x4, 2 pictures of 12 x 12. Weights and pictures are drawn by a rule that the test
computes too, in TensorFlow.js' layouts: kernels [h, w, in, out], and outputs of what a pixel shuffle
follows in the order (i s + j) C + c, where PyTorch has c s s + i s + j.
"""

import json
import math

import numpy as np
import torch
import torch.nn.functional as F

F_MAPS, BLOCKS, STEPS, RATE = 64, 16, 2, 1e-4

torch.set_default_dtype(torch.float64)  # the truth; ours is float32


def drawn(shape: tuple, key: int, scale: float, offset: float = 0.0) -> torch.Tensor:
    """Numbers in [-scale/2, scale/2) around offset: the bits of a multiplicative hash."""
    i = np.arange(math.prod(shape), dtype=np.uint64)
    bits = (i * np.uint64(2654435761) + np.uint64(key) * np.uint64(40503)) & np.uint64(0xFFFFFFFF)
    bits ^= bits >> np.uint64(15)
    bits = (bits * np.uint64(2246822519)) & np.uint64(0xFFFFFFFF)
    bits ^= bits >> np.uint64(13)
    values = (bits.astype(np.float64) / 2**32 - 0.5) * scale + offset
    return torch.tensor(values.astype(np.float32).astype(np.float64)).reshape(shape)


weights: dict = {}


def weight(name: str, shape: tuple, scale: float, offset: float = 0.0) -> torch.Tensor:
    """The weight of that name; its key is how many were made before it."""
    if name not in weights:
        weights[name] = drawn(shape, len(weights), scale, offset).requires_grad_()
    return weights[name]


def conv(name: str, x: torch.Tensor, outputs: int, side: int) -> torch.Tensor:
    scale = math.sqrt(12 / (side * side * x.shape[1]))
    kernel = weight(f"{name}/kernel", (side, side, x.shape[1], outputs), scale)
    bias = weight(f"{name}/bias", (outputs,), 0.1)
    return F.conv2d(x, kernel.permute(3, 2, 0, 1), bias, 1, side // 2)


def norm(name: str, x: torch.Tensor) -> torch.Tensor:
    gamma, beta = weight(f"{name}/gamma", (F_MAPS,), 0.1, 1.0), weight(f"{name}/beta", (F_MAPS,), 0.1)
    return F.batch_norm(x, None, None, gamma, beta, training=True, eps=1e-5)


def prelu(name: str, x: torch.Tensor) -> torch.Tensor:
    return F.prelu(x, weight(f"{name}/alpha", (1, 1, 1), 0.0, 0.25).reshape(1))


def up(name: str, x: torch.Tensor) -> torch.Tensor:
    order = [(i * 2 + j) * F_MAPS + c for c in range(F_MAPS) for i in range(2) for j in range(2)]
    return prelu(f"{name}_prelu", F.pixel_shuffle(conv(name, x, 4 * F_MAPS, 3)[:, order], 2))


def srresnet(x: torch.Tensor) -> torch.Tensor:
    head = y = prelu("head_prelu", conv("head", x, F_MAPS, 9))
    for i in range(1, BLOCKS + 1):
        change = prelu(f"block{i}_prelu", norm(f"block{i}_norm1", conv(f"block{i}_conv1", y, F_MAPS, 3)))
        y = y + norm(f"block{i}_norm2", conv(f"block{i}_conv2", change, F_MAPS, 3))
    y = head + norm("body_norm", conv("body_conv", y, F_MAPS, 3))
    return conv("tail", up("up2", up("up1", y)), 3, 9)


low = drawn((2, 12, 12, 3), 900, 2).permute(0, 3, 1, 2)
high = drawn((2, 48, 48, 3), 901, 2).permute(0, 3, 1, 2)
output = srresnet(low).permute(0, 2, 3, 1).flatten()[:40].tolist()
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
    "weightsAfter": {name: w.detach().flatten()[:4].tolist() for name, w in weights.items()},
}))
