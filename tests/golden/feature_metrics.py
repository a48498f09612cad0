"""Golden numbers of the metrics of features, by numpy, scipy, scikit-learn and mpmath.

    /usr/bin/python3 tests/golden/feature_metrics.py > tests/golden/feature_metrics.json
    deno fmt tests/golden/feature_metrics.json

Sets come from a rule that tests/metrics/golden_features.ts follows too.
"""

import json
import math

import mpmath
import numpy as np
from scipy import linalg, stats
from sklearn.metrics.pairwise import polynomial_kernel
from sklearn.neighbors import NearestNeighbors

from seeded import Rng

mpmath.mp.dps = 60


def features(recipe):
    """[count, dim] in float32: modes on a sine, scales that fall, reflected and shifted."""
    count, dim = recipe["count"], recipe["dim"]
    noise = Rng(recipe["seed"], "features").normals(count * dim).reshape(count, dim)
    scales = 10 ** (-recipe["decades"] * np.arange(dim) / (dim - 1))
    mode = np.arange(count) % recipe["modes"]
    centres = np.sin(1.7 * (mode[:, None] * dim + np.arange(dim)))
    x = recipe["spread"] * centres + scales * noise
    if recipe["reflected"]:
        v = np.sin(1.3 * np.arange(dim) + 0.4)
        x = x - 2 * (x @ v)[:, None] * v / (v @ v)
    return (x + recipe["shift"]).astype(np.float32).astype(np.float64)


def recipe(seed, count, dim, modes=1, spread=0.0, shift=0.0, decades=0.0, reflected=False):
    return {"seed": seed, "count": count, "dim": dim, "modes": modes, "spread": spread,
            "shift": shift, "decades": decades, "reflected": reflected}


CASES = {
    "blobs": (recipe(1, 240, 12, 4, 2.0), recipe(2, 220, 12, 4, 2.0)),
    "shifted and reflected": (recipe(3, 200, 10, 3, 1.5), recipe(4, 200, 10, 3, 1.5, 0.3, 0.0, True)),
    "modes dropped": (recipe(5, 250, 8, 5, 3.0), recipe(6, 240, 8, 2, 3.0)),
    "ill-conditioned, far from 0": (
        recipe(7, 150, 8, 2, 1.0, 40.0, 5.0), recipe(8, 160, 8, 2, 1.2, 40.0, 5.0, True)),
    "fewer samples than features": (recipe(9, 12, 20, 2, 1.0), recipe(10, 14, 20, 2, 1.0, 0.2)),
}


def exact_root(matrix):
    """The square root of a symmetric matrix and its eigenvalues, in 60 digits."""
    values, vectors = mpmath.eigsy(mpmath.matrix(matrix.tolist()))
    roots = [mpmath.sqrt(max(value, 0)) for value in values]
    return vectors * mpmath.diag(roots) * vectors.T


def frechet(x, y):
    """Heusel et al. (2017), eq. 6, by the symmetric form in 60 digits; scipy's sqrtm must agree."""
    s1, s2 = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    root = exact_root(s1)
    inner = root * mpmath.matrix(s2.tolist()) * root
    values = mpmath.eigsy((inner + inner.T) / 2, eigvals_only=True)
    trace = sum(mpmath.sqrt(max(value, 0)) for value in values)
    rest = np.sum((x.mean(0) - y.mean(0)) ** 2) + np.trace(s1) + np.trace(s2)
    distance = float(rest - 2 * trace)
    usual = rest - 2 * np.trace(linalg.sqrtm(s1 @ s2)).real
    assert abs(usual - distance) < 1e-4 * distance, (usual, distance)
    return distance


def mmd(x, y):
    """Gretton et al. (2012), eq. 3, with Bińkowski's kernel."""
    kernel = lambda a, b: polynomial_kernel(a, b, degree=3, gamma=1 / x.shape[1], coef0=1)
    m, n = len(x), len(y)
    xx, yy = kernel(x, x), kernel(y, y)
    within = (xx.sum() - np.trace(xx)) / (m * (m - 1)) + (yy.sum() - np.trace(yy)) / (n * (n - 1))
    return within - 2 * kernel(x, y).mean()


def kid(x, y, subsets, size, seed):
    rng = Rng(seed, "kid")
    estimates = []
    for _ in range(subsets):
        p, q = rng.permutation(len(x)), rng.permutation(len(y))
        estimates.append(mmd(x[p[:size]], y[q[:size]]))
    deviation = np.std(estimates, ddof=1)
    disjoint = min(subsets, min(len(x), len(y)) / size)
    return {"subsets": subsets, "subsetSize": size, "seed": seed, "value": np.mean(estimates),
            "standardDeviation": deviation, "standardError": deviation / math.sqrt(disjoint)}


def radii(x, k):
    return NearestNeighbors(n_neighbors=k + 1).fit(x).kneighbors(x)[0][:, k]


def distances(x, y):
    return np.sqrt(((x[:, None, :] - y[None, :, :]) ** 2).sum(2))


def measures(a, b):
    real, fake = features(a), features(b)
    apart = distances(real, fake)
    k5 = apart < radii(real, 5)[:, None]
    near = NearestNeighbors(n_neighbors=4).fit(real).kneighbors(fake[:10])
    size = min(len(real), len(fake)) // 4
    return {
        "frechet": frechet(real, fake),
        "mmd": mmd(real, fake),
        "kid": kid(real, fake, 6, size, 3),
        "precision": (apart <= radii(real, 3)[:, None]).any(0).mean(),
        "recall": (apart <= radii(fake, 3)[None, :]).any(1).mean(),
        "density": k5.sum(0).mean() / 5,
        "coverage": k5.any(1).mean(),
        "nearest": {"distances": near[0].ravel().tolist(), "indices": near[1].ravel().tolist()},
        "memorisation": memorisation(np.vstack([fake, real[:20:2] + 2**-9]), real[0::2], real[1::2]),
    }


def memorisation(fake, train, held_out):
    """Yoon et al. (2023): d1 / d2 < 1/3. Meehan et al. (2020), §3.1: Mann and Whitney's U, as z."""
    def nearest(x):
        return np.sort(distances(x, train), 1)[:, :2]

    ours, theirs = nearest(fake), nearest(held_out)
    u = stats.mannwhitneyu(ours[:, 0], theirs[:, 0]).statistic
    m, n = len(fake), len(held_out)
    ratio = lambda d: np.mean(d[:, 0] < d[:, 1] / 3)
    return {"ratio": ratio(ours), "nearest": ours[:, 0].mean(),
            "heldOut": {"ratio": ratio(theirs), "nearest": theirs[:, 0].mean(), "closer": 1 - u / (m * n),
                        "dataCopying": (u - m * n / 2) / math.sqrt(m * n * (m + n + 1) / 12)}}


def score(probabilities, splits):
    """exp E KL(p(y|x) || p(y)), Salimans et al. (2016)."""
    scores = []
    for i in range(splits):
        part = probabilities[i * len(probabilities) // splits:(i + 1) * len(probabilities) // splits]
        marginal = part.mean(0)
        scores.append(np.exp(np.mean([stats.entropy(row, marginal) for row in part])))
    return {"splits": splits, "value": np.mean(scores), "standardDeviation": np.std(scores)}


def scores():
    cases = []
    for spread, dim, splits in [(0.0, 10, 10), (4.0, 10, 10), (12.0, 6, 3), (40.0, 5, 1)]:
        of = recipe(11, 200, dim, 7, spread)
        logits = features(of)
        odds = np.exp(logits - logits.max(1, keepdims=True))
        probabilities = (odds / odds.sum(1, keepdims=True)).astype(np.float32).astype(float)
        cases.append({"recipe": of, **score(probabilities, splits)})
    return cases


def reflected_diagonal(values):
    """A matrix of known eigenvalues, computed the same way on both sides."""
    n = len(values)
    v = np.sin(1.3 * np.arange(n) + 0.4)
    h = np.eye(n) - 2 * np.outer(v, v) / (v @ v)
    return (h * values) @ h


def roots():
    spectra = {
        "condition 1e12": [10.0 ** (-12 * i / 7) for i in range(8)],
        "condition 1e12, large": [1e8 * 10.0 ** (-12 * i / 7) for i in range(8)],
        "rank 3 of 8": [4.0, 1.0, 0.25, 0, 0, 0, 0, 0],
        "well-conditioned": [1.0 + i for i in range(8)],
    }
    cases = []
    for name, values in spectra.items():
        matrix = reflected_diagonal(np.array(values))
        root = np.array(exact_root(matrix).tolist(), float)
        if min(values) > 0:
            usual = linalg.sqrtm(matrix).real
            assert np.abs(usual - root).max() < 1e-6 * np.abs(root).max(), name
        cases.append({"name": name, "values": values, "root": root.ravel().tolist()})
    return cases


print(json.dumps({
    "cases": [{"name": name, "real": a, "fake": b, **measures(a, b)} for name, (a, b) in CASES.items()],
    "scores": scores(),
    "roots": roots(),
}))
