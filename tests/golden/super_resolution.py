"""Golden values of resizing and fidelity: prints super_resolution.json. Needs numpy, scipy and scikit-image.

Resizing is computed as a product with dense matrices, from the definition: Keys' kernel with a = -0.5,
stretched when shrinking, edges mirrored. PSNR and SSIM are scikit-image's.
"""
import json

import numpy as np
from skimage.metrics import peak_signal_noise_ratio, structural_similarity


def picture(width, height, channels, phase):
    """A picture that both sides can draw: sums of waves and a wedge, as 8-bit numbers."""
    y, x, c = np.mgrid[0:height, 0:width, 0:channels].astype(np.float64)
    wave = 60 * np.sin(0.31 * x + 0.17 * y + c + phase) + 50 * np.cos(0.07 * x * (c + 1) - 0.23 * y)
    wedge = np.where((2 * x + y) % 23 < 7, 40, 0)
    return np.floor(np.clip(128 + wave + wedge, 0, 255))


def matrix(inputs, outputs, scale):
    """Row i holds the weights of every input for output i."""
    weights = np.zeros((outputs, inputs))
    shrink = min(scale, 1)
    for i in range(outputs):
        center = (i + 1) / scale + 0.5 * (1 - 1 / scale)  # positions from 1 on
        for j in range(int(center) - int(3 / shrink) - 3, int(center) + int(3 / shrink) + 4):
            t = abs((center - j) * shrink)
            if t >= 2:
                continue
            w = 1.5 * t**3 - 2.5 * t**2 + 1 if t <= 1 else -0.5 * t**3 + 2.5 * t**2 - 4 * t + 2
            k = (j - 1) % (2 * inputs)
            weights[i, k if k < inputs else 2 * inputs - 1 - k] += w
    return weights / weights.sum(axis=1, keepdims=True)


def resize(image, scale):
    height, width, _ = image.shape
    down = matrix(height, int(np.ceil(height * scale - 1e-9)), scale)
    across = matrix(width, int(np.ceil(width * scale - 1e-9)), scale)
    return np.einsum("ih,hwc,jw->ijc", down, image, across, optimize=True)


def luma(image):
    r, g, b = (image[..., c] for c in range(3))
    return 16 + (65.481 * r + 128.553 * g + 24.966 * b) / 255


def compare(a, b, space, crop):
    inner = np.s_[crop : a.shape[0] - crop, crop : a.shape[1] - crop]
    a, b = (luma(i[inner]) if space == "y" else i[inner] for i in (a, b))
    window = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 255}
    planes = [(a, b)] if space == "y" else [(a[..., c], b[..., c]) for c in range(3)]
    similarity = []
    for one, other in planes:
        similarity.append(structural_similarity(one, other, **window))
    return {
        "space": space,
        "crop": crop,
        "psnr": peak_signal_noise_ratio(a, b, data_range=255),
        "ssim": float(np.mean(similarity)),
    }


sizes = [(24, 17), (33, 40), (12, 12)]
resized = []
for (width, height), scale in zip(sizes * 3, [1 / 2, 1 / 3, 1 / 4, 2, 3, 4, 0.7, 1.3, 1]):
    image = resize(picture(width, height, 3, 0.0), scale)
    resized.append({
        "width": width, "height": height, "scale": scale,
        "shape": list(image.shape), "values": np.round(image, 5).ravel().tolist()[:: 7],
    })

fidelity = []
for phase in (0.05, 0.4, 2.0):
    a, b = picture(40, 31, 3, 0.0), picture(40, 31, 3, phase)
    for space, crop in (("rgb", 0), ("rgb", 4), ("y", 0), ("y", 3)):
        fidelity.append({"phase": phase, **compare(a, b, space, crop)})

print(json.dumps({"resized": resized, "fidelity": fidelity}))
