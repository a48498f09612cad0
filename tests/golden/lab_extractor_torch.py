"""Golden numbers for src/metrics/lab: the extractor's features by PyTorch, in double precision, of the
weights that come with the lab. To be run again whenever these change:

    /usr/bin/python3 tests/golden/lab_extractor_torch.py > tests/golden/lab_extractor_torch.json
    deno fmt tests/golden/lab_extractor_torch.json

Pictures come from a formula that both sides compute: 64 pixels of colour and of grey, which reach the
network as they are, and 96 and 32 pixels, which Pillow resizes.
"""
import json
import math
import struct
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.nn import functional

WEIGHTS = Path(__file__).parents[2] / "src/metrics/lab/weights.safetensors"
# name, stride, whether pooled: src/metrics/lab/network.ts
CONVOLUTIONS = [
    ("conv1", 2, False), ("conv2", 1, True), ("conv3", 2, False), ("conv4", 1, True),
    ("conv5", 2, False), ("conv6", 1, True), ("conv7", 2, False), ("conv8", 1, True),
]


def read_weights() -> dict:
    raw = WEIGHTS.read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header, data = json.loads(raw[8 : 8 + length]), raw[8 + length :]
    header.pop("__metadata__")
    return {
        name: torch.tensor(
            np.frombuffer(data[slice(*entry["data_offsets"])], "<f2").astype(np.float64)
        ).reshape(entry["shape"])
        for name, entry in header.items()
    }


def picture(size: int, channels: int) -> np.ndarray:
    """[size, size, channels] of whole bytes: waves that grow finer, and a coarse checkerboard."""
    out = np.zeros((size, size, channels))
    for y in range(size):
        for x in range(size):
            for c in range(channels):
                wave = math.sin(0.002 * (x + 1) * (y + 3) + c)
                board = 1 if (x // 8 + y // 8) % 2 else -1
                out[y, x, c] = round(127.5 + 80 * wave + 30 * board)
    return out


def prepared(image: np.ndarray) -> torch.Tensor:
    """[1, 3, 64, 64] in [-1, 1]."""
    if image.shape[0] != 64:
        image = np.stack([
            np.asarray(Image.fromarray(image[:, :, c].astype(np.float32), "F").resize((64, 64), Image.BILINEAR))
            for c in range(image.shape[2])
        ], 2)
    if image.shape[2] == 1:
        image = image.repeat(3, 2)
    return torch.tensor(image / 127.5 - 1, dtype=torch.float64).permute(2, 0, 1)[None]


def same(x: torch.Tensor, kernel: int, stride: int) -> torch.Tensor:
    """Pads as TensorFlow's "same": where it cannot be even, one more below and on the right."""
    total = max((math.ceil(x.shape[2] / stride) - 1) * stride + kernel - x.shape[2], 0)
    before, after = total // 2, total - total // 2
    return functional.pad(x, (before, after, before, after))


def features(weights: dict, x: torch.Tensor) -> torch.Tensor:
    pooled = []
    for name, stride, keep in [*CONVOLUTIONS, ("squeeze", 1, False)]:
        kernel = weights[f"{name}/kernel"]
        x = same(x, kernel.shape[0], stride)
        x = functional.relu(functional.conv2d(x, kernel.permute(3, 2, 0, 1), weights[f"{name}/bias"], stride))
        if keep:
            pooled.append(x.mean((2, 3)))
    flat = x.permute(0, 2, 3, 1).flatten(1)
    summary = flat @ weights["summary/kernel"] + weights["summary/bias"]
    raw = torch.cat([*pooled, summary], 1)
    return raw @ weights["features/kernel"] + weights["features/bias"]


def main():
    weights = read_weights()
    cases = [
        {
            "size": size,
            "channels": channels,
            "features": [round(v, 6) for v in features(weights, prepared(picture(size, channels)))[0].tolist()],
        }
        for size, channels in [(64, 3), (64, 1), (96, 3), (32, 1)]
    ]
    print(json.dumps(cases))


main()
