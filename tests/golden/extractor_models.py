"""Golden numbers for src/metrics/resize.ts and src/metrics/models: Pillow, PyTorch and ONNX.

    /usr/bin/python3 tests/golden/extractor_models.py
    deno fmt tests/golden/extractor_models.json

writes tests/golden/extractor_models.json and the two networks beside it, whose random weights are
seeded:

    extractor_classifier.onnx   [any, 3, 8, 8] to features [any, 6] and logits [any, 4]
    extractor_map.onnx          one picture, [1, 1, any, any], to a map [1, 5, H/2, W/2]

Pictures come from a formula that both sides compute. Resizing is Pillow's for `antialiased`, PyTorch's
`interpolate` for `bilinear`, and for `legacy-bilinear` the formula of TensorFlow 1's ResizeBilinear
(core/kernels/resize_bilinear_op.cc, half_pixel_centers false), written out.
"""
import json
import math
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional

HERE = Path(__file__).parent


def picture(count: int, size: int, channels: int) -> np.ndarray:
    """[count, size, size, channels] of whole bytes."""
    n = count * size * size * channels
    values = [round(127.5 + 127.5 * math.sin(0.37 * i + 0.0011 * i * i)) for i in range(n)]
    return np.array(values, np.float32).reshape(count, size, size, channels)


def pillow(image: np.ndarray, to: int) -> np.ndarray:
    planes = [
        np.asarray(Image.fromarray(image[:, :, c], "F").resize((to, to), Image.BILINEAR))
        for c in range(image.shape[2])
    ]
    return np.stack(planes, 2)


def interpolate(image: np.ndarray, to: int) -> np.ndarray:
    x = torch.tensor(image, dtype=torch.float64).permute(2, 0, 1)[None]
    y = functional.interpolate(x, (to, to), mode="bilinear", align_corners=False)
    return y[0].permute(1, 2, 0).numpy()


def tensorflow_1(image: np.ndarray, to: int) -> np.ndarray:
    side = image.shape[0]
    out = np.zeros((to, to, image.shape[2]))
    for y in range(to):
        for x in range(to):
            v, u = y * (side / to), x * (side / to)
            top, left = math.floor(v), math.floor(u)
            bottom, right = min(top + 1, side - 1), min(left + 1, side - 1)
            dv, du = v - top, u - left
            upper = image[top, left] * (1 - du) + image[top, right] * du
            lower = image[bottom, left] * (1 - du) + image[bottom, right] * du
            out[y, x] = upper * (1 - dv) + lower * dv
    return out


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 6, 3, 2, 1)
        self.head = nn.Linear(6, 4)

    def forward(self, x):
        features = functional.relu(self.conv(x)).mean((2, 3))
        return features, self.head(features) * 5


def rounded(values) -> list:
    return [round(float(v), 7) for v in np.asarray(values).ravel()]


def main():
    torch.manual_seed(4)
    resized = [
        {"from": side, "to": to, "resizing": name, "values": rounded(rule(picture(1, side, 3)[0], to))}
        for side, to in [(5, 9), (9, 5), (12, 3)]
        for name, rule in [("antialiased", pillow), ("bilinear", interpolate), ("legacy-bilinear", tensorflow_1)]
    ]
    free = {0: "batch"}
    classifier = Classifier().eval()
    torch.onnx.export(
        classifier, torch.zeros(2, 3, 8, 8), HERE / "extractor_classifier.onnx", opset_version=13,
        input_names=["image"], output_names=["features", "logits"],
        dynamic_axes={"image": free, "features": free, "logits": free},
    )
    mapper = nn.Sequential(nn.Conv2d(1, 5, 2, 2), nn.Tanh()).eval()
    sides = {2: "height", 3: "width"}
    torch.onnx.export(
        mapper, torch.zeros(1, 1, 8, 8), HERE / "extractor_map.onnx", opset_version=13,
        input_names=["image"], output_names=["map"], dynamic_axes={"image": sides, "map": sides},
    )
    with torch.no_grad():
        x = torch.tensor(picture(3, 8, 3)).permute(0, 3, 1, 2)
        signed = classifier(x / 127.5 - 1)
        mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
        normal = classifier((x / 255 - mean.view(3, 1, 1)) / deviation.view(3, 1, 1))
        fid = classifier((x - 128) / 128)
        grey = torch.tensor(picture(2, 6, 1)).permute(0, 3, 1, 2) / 127.5 - 1
        maps = torch.cat([mapper(each[None]) for each in grey])
    golden = {
        "resized": resized,
        "signed": rounded(signed[0]),
        "probabilities": rounded(functional.softmax(signed[1], 1)),
        "imagenet": rounded(normal[0]),
        "fid": rounded(fid[0]),
        "map": rounded(maps.mean((2, 3))),
    }
    (HERE / "extractor_models.json").write_text(json.dumps(golden))


main()
