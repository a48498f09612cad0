"""Golden numbers for src/nn/pixel_shuffle.ts and src/nn/grouped_conv2d.ts: outputs and gradients.

    /usr/bin/python3 tests/golden/layers_torch.py > tests/golden/layers_torch.json
    deno fmt tests/golden/layers_torch.json

Inputs come from a formula that both sides compute, in our layouts: images [B, H, W, C], filters
[h, w, C / groups, F], and pixel shuffle's channels in TensorFlow's order, (i s + j) C + c, where PyTorch
has c s s + i s + j.
"""

import json
import math

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)  # the truth; ours is float32


def formula(shape: tuple, phase: float) -> torch.Tensor:
    values = [math.sin(1.7 * i + phase) for i in range(math.prod(shape))]
    return torch.tensor(values).reshape(shape).requires_grad_()


flat = lambda t: t.detach().flatten().tolist()
nchw = lambda t: t.permute(0, 3, 1, 2)
nhwc = lambda t: t.permute(0, 2, 3, 1)


def shuffled(shape: tuple, s: int) -> dict:
    x = formula(shape, 0.3)
    depth = shape[3] // (s * s)
    torch_order = [(i * s + j) * depth + c for c in range(depth) for i in range(s) for j in range(s)]
    y = nhwc(F.pixel_shuffle(nchw(x)[:, torch_order], s))
    (y * formula(tuple(y.shape), 5).detach()).sum().backward()
    return {"shape": shape, "scale": s, "y": flat(y), "dx": flat(x.grad)}


def convolved(channels: int, outputs: int, groups: int, stride: int, pad: str) -> dict:
    x, w = formula((2, 6, 5, channels), 0.3), formula((3, 3, channels // groups, outputs), 2)
    y = nhwc(F.conv2d(nchw(x), w.permute(3, 2, 0, 1), None, stride, 1 if pad == "same" else 0, 1, groups))
    (y * formula(tuple(y.shape), 5).detach()).sum().backward()
    settings = {"groups": groups, "strides": stride, "pad": pad}
    return {"channels": channels, "outputs": outputs, "settings": settings, "shape": list(y.shape),
            "y": flat(y), "dx": flat(x.grad), "dw": flat(w.grad)}


print(json.dumps({
    "torch": torch.__version__,
    "pixelShuffle": [shuffled((2, 3, 2, 8), 2), shuffled((1, 2, 2, 9), 3)],
    "groupedConv2d": [
        convolved(6, 4, 2, 1, "same"),
        convolved(6, 9, 3, 2, "valid"),
        convolved(3, 6, 3, 1, "same"),
        convolved(4, 3, 1, 1, "valid"),
    ],
}, indent=1))
