"""Golden activations of VGG19: prints vgg19_torch.json. Needs torch and torchvision.

    python3 tests/golden/vgg19_torch.py > tests/golden/vgg19_torch.json

torchvision's vgg19 without ImageNet's weights: with those that a rule gives, which the test computes too.
"""
import json

import numpy as np
import torch
import torchvision


def drawn(count, key):
    """Numbers in [-0.5, 0.5) that both sides compute: the bits of a multiplicative hash."""
    i = np.arange(count, dtype=np.uint64)
    bits = (i * np.uint64(2654435761) + np.uint64(key) * np.uint64(40503)) & np.uint64(0xFFFFFFFF)
    bits ^= bits >> np.uint64(15)
    bits = (bits * np.uint64(2246822519)) & np.uint64(0xFFFFFFFF)
    bits ^= bits >> np.uint64(13)
    return bits.astype(np.float64) / 2**32 - 0.5


vgg = torchvision.models.vgg19(weights=None).features.double().eval()
for key, (name, parameter) in enumerate(vgg.named_parameters()):
    fan = parameter[0].numel() if parameter.dim() == 4 else 100
    values = drawn(parameter.numel(), key) * np.sqrt(24 / fan)
    parameter.data = torch.tensor(values.astype(np.float32).astype(np.float64)).reshape(parameter.shape)

picture = torch.tensor(drawn(2 * 32 * 48 * 3, 99)).reshape(2, 32, 48, 3).permute(0, 3, 1, 2) * 2
normalize = torchvision.transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
x, activations = normalize((picture + 1) / 2), {}
with torch.no_grad():
    for index, layer in enumerate(vgg):
        x = layer(x)
        if index in (8, 35):  # after the activations of conv2_2 and conv5_4
            flat = x.permute(0, 2, 3, 1)
            activations["conv2_2" if index == 8 else "conv5_4"] = {
                "shape": list(flat.shape),
                "mean": flat.mean().item(),
                "values": flat.flatten()[:: 37][:60].tolist(),
            }
print(json.dumps({"torch": torch.__version__, **activations}))
