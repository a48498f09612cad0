"""Golden perceptual distances: prints perceptual_torch.json. Needs torch and torchvision.

    /usr/bin/python3 tests/golden/perceptual_torch.py > tests/golden/perceptual_torch.json
    deno fmt tests/golden/perceptual_torch.json

Zhang et al. (2018), equation 1, with weights of 1, in double precision: by torchvision's vgg19 and by the lab
extractor's architecture. Weights and pictures come from rules that the test computes too, so that these
numbers hold whatever weights the lab has.
"""
import json
import math

import numpy as np
import torch
import torchvision
from torch.nn import functional


def drawn(count, key):
    """Numbers in [-0.5, 0.5) that both sides compute: the bits of a multiplicative hash."""
    i = np.arange(count, dtype=np.uint64)
    bits = (i * np.uint64(2654435761) + np.uint64(key) * np.uint64(40503)) & np.uint64(0xFFFFFFFF)
    bits ^= bits >> np.uint64(15)
    bits = (bits * np.uint64(2246822519)) & np.uint64(0xFFFFFFFF)
    bits ^= bits >> np.uint64(13)
    return bits.astype(np.float64) / 2**32 - 0.5


def weight(shape, key, fan):
    values = drawn(math.prod(shape), key) * np.sqrt(24 / fan)
    return torch.tensor(values.astype(np.float32).astype(np.float64)).reshape(shape)


def wavy(width, height, phase):
    """`wavyPicture` of tests/metrics/fidelity/pictures.ts: [height, width, 3] of bytes."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    wave = 60 * np.sin(0.31 * x + 0.17 * y + c + phase) + 50 * np.cos(0.07 * x * (c + 1) - 0.23 * y)
    wedge = np.where((2 * x + y) % 23 < 7, 40, 0)
    return np.floor(np.clip(128 + wave + wedge, 0, 255))


def unit(picture):
    """[1, 3, H, W] in [-1, 1]."""
    return torch.tensor(picture / 127.5 - 1).permute(2, 0, 1)[None]


def distance(ones, others):
    total = 0
    for one, other in zip(ones, others):
        one, other = (m / (torch.sqrt((m**2).sum(1, keepdim=True)) + 1e-10) for m in (one, other))
        total += ((one - other) ** 2).sum(1).mean().item()
    return total


vgg = torchvision.models.vgg19(weights=None).features[:36].double().eval()
for key, (name, parameter) in enumerate(vgg.named_parameters()):
    fan = parameter[0].numel() if parameter.dim() == 4 else 100
    parameter.data = weight(tuple(parameter.shape), key, fan)
normalize = torchvision.transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])


def vgg_maps(picture):
    x, maps = normalize((unit(picture) + 1) / 2), []
    for index, layer in enumerate(vgg):
        x = layer(x)
        if index in (3, 8, 17, 26, 35):  # after conv1_2, 2_2, 3_4, 4_4, 5_4
            maps.append(x)
    return maps


# kernel, stride, filters, whether compared: src/metrics/lab/network.ts
LAB = [
    (6, 2, 32, False), (3, 1, 32, True), (3, 2, 48, False), (3, 1, 48, True),
    (3, 2, 72, False), (3, 1, 72, True), (3, 2, 80, False), (3, 1, 80, True),
]


def same(x, kernel, stride):
    """Pads as TensorFlow's "same": where it cannot be even, one more below and on the right."""
    pads = []
    for side in (x.shape[3], x.shape[2]):
        total = max((math.ceil(side / stride) - 1) * stride + kernel - side, 0)
        pads += [total // 2, total - total // 2]
    return functional.pad(x, pads)


def lab_maps(picture):
    height, width = picture.shape[:2]
    rows, columns = -height % 16, -width % 16
    whole = np.pad(picture, ((0, rows), (0, columns), (0, 0)), mode="symmetric")
    x, maps, inputs, reduction = unit(whole), [], 3, 1
    for i, (kernel, stride, filters, compared) in enumerate(LAB):
        # Drawn in TensorFlow's order, [h, w, in, out].
        w = weight((kernel, kernel, inputs, filters), 2 * i, kernel * kernel * inputs).permute(3, 2, 0, 1)
        bias = weight((filters,), 2 * i + 1, 100)
        x = functional.relu(functional.conv2d(same(x, kernel, stride), w, bias, stride))
        inputs, reduction = filters, reduction * stride
        if compared:  # of places that begin inside the picture
            maps.append(x[:, :, : math.ceil(height / reduction), : math.ceil(width / reduction)])
    return maps


def windowed(maps):
    """Means over windows of 8 x 8 places; those at the far edges are of what places there are."""
    return [functional.avg_pool2d(x, 8, ceil_mode=True, count_include_pad=False) for x in maps]


cases = []
with torch.no_grad():
    for width, height in [(64, 48), (37, 50), (18, 33)]:
        pair = [wavy(width, height, phase) for phase in (0, 0.5)]
        row = {"width": width, "height": height}
        for name, maps in (("lab", lab_maps), ("vgg19", vgg_maps)):
            both = [maps(picture) for picture in pair]
            row[name] = distance(*both)
            row["texture_" + name] = distance(*(windowed(each) for each in both))
        cases.append(row)
print(json.dumps({"torch": torch.__version__, "cases": cases}))
