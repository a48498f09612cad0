"""Golden numbers of the metrics of pixels, by numpy, scipy and scikit-image.

    /usr/bin/python3 tests/golden/image_metrics.py > tests/golden/image_metrics.json
    deno fmt tests/golden/image_metrics.json

Images come from a rule that tests/metrics/golden_images.ts follows too.
"""

import json
import math

import numpy as np
from scipy import ndimage, signal, stats
from skimage.metrics import structural_similarity

from seeded import Rng, hash32


def images(recipe):
    """[count, size, size, channels] in float32, in [-1, 1]."""
    size, channels, count = recipe["size"], recipe["channels"], recipe["count"]
    rng = Rng(recipe["seed"], "images")
    i, y, x, c = np.meshgrid(*map(np.arange, (count, size, size, channels)), indexing="ij")
    u, v = 2 * x / (size - 1) - 1, 2 * y / (size - 1) - 1
    if recipe["kind"] == "noise":
        out = np.array([2 * rng.uniform() - 1 for _ in range(i.size)]).reshape(i.shape)
    elif recipe["kind"] == "gradients":
        out = 0.6 * np.sin(0.9 * i + c + recipe["seed"]) * u + 0.4 * np.cos(0.7 * i) * v
    else:
        out = faces(rng, i, u, v, c, count)
    return (recipe["contrast"] * out).astype(np.float32).astype(np.float64)


def faces(rng, i, u, v, c, count):
    """A head, two eyes and a mouth on a ground, each by a few random factors."""
    factors = np.array([[rng.uniform() for _ in range(6)] for _ in range(count)])
    width, height, skin, ground, eyes, mouth = (factors[:, k][i] for k in range(6))
    out = ground - 0.5 + 0.1 * c
    head = (u / (0.4 + 0.4 * width)) ** 2 + (v / (0.6 + 0.3 * height)) ** 2 < 1
    out = np.where(head, 0.8 * skin + 0.2 - 0.2 * c, out)
    eye = (np.abs(u) - 0.15 - 0.2 * eyes) ** 2 + (v + 0.2) ** 2 < 0.01
    out = np.where(eye, -0.9, out)
    return np.where((np.abs(u) < 0.25) & (np.abs(v - 0.3 - 0.3 * mouth) < 0.07), 0.6 - 0.5 * c, out)


def recipe(kind, seed, count, size, channels, contrast=1.0):
    return {"kind": kind, "seed": seed, "count": count, "size": size, "channels": channels,
            "contrast": contrast}


KERNEL = np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]) / 256


def pyr_down(image):
    return ndimage.convolve(image, KERNEL[:, :, None], mode="mirror")[::2, ::2]


def pyr_up(image):
    out = np.zeros((2 * image.shape[0], 2 * image.shape[1], image.shape[2]))
    out[::2, ::2] = image
    return ndimage.convolve(out, 4 * KERNEL[:, :, None], mode="mirror")


def pyramid(image, levels):
    out = [image]
    for _ in range(levels - 1):
        out.append(pyr_down(out[-1]))
        size = out[-2].shape[0]
        out[-2] = out[-2] - pyr_up(out[-1])[:size, :size]
    return out


def descriptors(batch, sizes, patches, seed):
    """Karras et al. (2018), §5: 7×7 patches of each level, each colour to mean 0 and deviation 1."""
    out = [[] for _ in sizes]
    for image in batch:
        half = -(-image.shape[0] // 2)
        quarters = [image[v, h].mean() for v in (slice(half), slice(half, None))
                    for h in (slice(half), slice(half, None))]
        words = [math.floor(512 * (mean + 1) + 0.37) for mean in quarters]
        rng = Rng(hash32(seed, *words), "patches")
        for level, detail in enumerate(pyramid(image, len(sizes))):
            for _ in range(patches):
                left, top = rng.below(sizes[level] - 6), rng.below(sizes[level] - 6)
                out[level].append(detail[top:top + 7, left:left + 7])
    whole = [np.array(level) for level in out]
    scaled = [(x - x.mean((0, 1, 2))) / np.maximum(x.std((0, 1, 2)), 1e-300) for x in whole]
    return [x.reshape(len(x), -1) for x in scaled]


def sliced_wasserstein(a, b, patches, directions, seed):
    size, channels = a.shape[1], a.shape[3]
    sizes = [size]
    while math.ceil(sizes[-1] / 2) >= 16:
        sizes.append(math.ceil(sizes[-1] / 2))
    lines = Rng(seed, "directions").normals(directions * 49 * channels).reshape(directions, -1)
    lines /= np.linalg.norm(lines, axis=1, keepdims=True)
    pairs = zip(descriptors(a, sizes, patches, seed), descriptors(b, sizes, patches, seed))
    values = [1e3 * np.mean([stats.wasserstein_distance(x @ line, y @ line) for line in lines])
              for x, y in pairs]
    return {"levels": [{"size": s, "value": v} for s, v in zip(sizes, values)], "value": np.mean(values)}


WINDOW = np.outer(*[np.exp(-np.arange(-5, 6) ** 2 / 4.5)] * 2)
WINDOW /= WINDOW.sum()
WEIGHTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]


def ms_ssim(x, y):
    """Wang et al. (2003), eq. 7, a channel at a time, with as many scales as 11×11 fits."""
    scales = 1
    while scales < 5 and x.shape[0] // 2**scales >= 11:
        scales += 1
    weights = np.array(WEIGHTS[:scales]) / sum(WEIGHTS[:scales])
    blur = lambda image: signal.convolve2d(image, WINDOW, mode="valid")
    totals = []
    for c in range(x.shape[2]):
        p, q = (x[:, :, c] + 1) / 2, (y[:, :, c] + 1) / 2
        product = 1.0
        for scale in range(scales):
            if scale > 0:
                half = p.shape[0] // 2 * 2
                p, q = ((z[:half:2, :half:2] + z[1:half:2, :half:2] + z[:half:2, 1:half:2]
                         + z[1:half:2, 1:half:2]) / 4 for z in (p, q))
            mp, mq = blur(p), blur(q)
            contrast = (2 * (blur(p * q) - mp * mq) + 0.0009) / (
                blur(p * p) - mp * mp + blur(q * q) - mq * mq + 0.0009)
            whole = contrast * (2 * mp * mq + 0.0001) / (mp * mp + mq * mq + 0.0001)
            reference = structural_similarity(p, q, data_range=1, gaussian_weights=True, sigma=1.5,
                                              use_sample_covariance=False, full=True)[1][5:-5, 5:-5]
            assert abs(reference.mean() - whole.mean()) < 1e-10
            term = whole if scale == scales - 1 else contrast
            product *= max(0, term.mean()) ** weights[scale]
        totals.append(product)
    return np.mean(totals)


def diversity(batch, pairs, seed):
    rng, values = Rng(seed, "ms-ssim"), []
    while len(values) < pairs:
        order = rng.permutation(len(batch))
        for k in range(0, len(order) - 1, 2):
            if len(values) < pairs:
                values.append(ms_ssim(batch[order[k]], batch[order[k + 1]]))
    error = np.std(values, ddof=1) / math.sqrt(min(pairs, len(batch) / 2))
    return {"pairs": pairs, "seed": seed, "value": np.mean(values), "standardError": error}


SETS = {
    "noise and weaker noise": (recipe("noise", 1, 12, 32, 3), recipe("noise", 2, 12, 32, 3, 0.5)),
    "faces, others of them": (recipe("faces", 3, 16, 32, 3), recipe("faces", 4, 11, 32, 3)),
    "faces of 64 pixels, faint ones": (recipe("faces", 5, 6, 64, 3), recipe("faces", 6, 6, 64, 3, 0.4)),
    "gradients and noise, grey": (recipe("gradients", 7, 10, 28, 1), recipe("noise", 8, 10, 28, 1)),
    "faces and gradients, 33 pixels": (recipe("faces", 9, 8, 33, 1), recipe("gradients", 10, 8, 33, 1)),
}

cases = []
for name, (first, second) in SETS.items():
    a, b = images(first), images(second)
    swd = {"patchesPerImage": 6, "directions": 12, "seed": 4}
    cases.append({
        "name": name, "first": first, "second": second,
        "slicedWasserstein": {**swd, **sliced_wasserstein(a, b, 6, 12, 4)},
        "msSsim": [ms_ssim(a[0], b[0]), ms_ssim(a[1], a[2]), ms_ssim(b[1], a[2])],
        "diversity": diversity(a, 9, 2),
    })
large = images(recipe("faces", 11, 2, 176, 1))
print(json.dumps({"cases": cases, "fiveScales": ms_ssim(large[0], large[1])}))
