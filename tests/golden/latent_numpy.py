"""Golden numbers of latent tools: numpy, scipy and the papers' own code.

    /usr/bin/python3 tests/golden/latent_numpy.py > tests/golden/latent_numpy.json
    deno fmt tests/golden

slerp: White (2016), plat/interpolate.py. loops: scipy's periodic cubic spline and wrapped Gaussian
filter (as in the videos of Karras et al., 2018). SeFa: Shen & Zhou (2021), genforce/sefa,
utils.factorize_weight. GANSpace: Härkönen et al. (2020), §3: PCA of activations, then least squares.
"""
import json

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter

rng = np.random.RandomState(7)


def slerp(val, low, high):
    """Spherical interpolation. val has a range of 0 to 1."""
    if val <= 0:
        return low
    elif val >= 1:
        return high
    elif np.allclose(low, high):
        return low
    omega = np.arccos(np.dot(low / np.linalg.norm(low), high / np.linalg.norm(high)))
    so = np.sin(omega)
    return np.sin((1.0 - val) * omega) / so * low + np.sin(val * omega) / so * high


def numbers(array):
    """Single precision, as the inputs are; printed so that they read back exactly."""
    return np.asarray(array, np.float32).astype(float).ravel().tolist()


def exact(array):
    return np.asarray(array, float).ravel().tolist()


def slerp_cases():
    cases = []
    for dim, scale in [(2, 1.0), (16, 1.0), (100, 1.0), (16, 5.0)]:
        a = rng.randn(dim).astype(np.float32)
        b = (scale * rng.randn(dim)).astype(np.float32)
        for t in [0.1, 0.5, 0.85]:
            point = slerp(t, a.astype(float), b.astype(float))
            cases.append({"a": numbers(a), "b": numbers(b), "t": t, "point": exact(point)})
    return cases


def spline_cases():
    """Directions of the closed spline: what is before lengths are put back."""
    cases = []
    for stops in [2, 3, 4, 7]:
        y = rng.randn(stops, 5).astype(np.float32)
        closed = np.concatenate([y, y[:1]]).astype(float)
        spline = CubicSpline(np.arange(stops + 1), closed, bc_type="periodic")
        frames = 5 * stops
        points = spline(np.arange(frames) * stops / frames)
        unit = points / np.linalg.norm(points, axis=1, keepdims=True)
        cases.append({"stops": numbers(y), "count": stops, "frames": frames, "unit": exact(unit)})
    return cases


def filter_cases():
    cases = []
    for frames, sigma in [(30, 2.5), (12, 0.8), (9, 4.0)]:
        noise = rng.randn(frames, 3).astype(np.float32)
        smooth = gaussian_filter(noise.astype(float), [sigma, 0], mode="wrap")
        impulse = np.zeros((frames, 1))
        impulse[0] = 1
        kernel = gaussian_filter(impulse, [sigma, 0], mode="wrap")
        smooth /= np.linalg.norm(kernel)
        cases.append({"noise": numbers(noise), "frames": frames, "sigma": sigma,
                      "smooth": exact(smooth)})
    return cases


def factorize_weight(weight):
    """[Z, units], as genforce/sefa has it for a generator's first layer."""
    weight = weight / np.linalg.norm(weight, axis=0, keepdims=True)
    values, vectors = np.linalg.eigh(weight.dot(weight.T))
    return values[::-1], vectors.T[::-1]


def upright(vectors):
    """Signs so that the largest component is positive."""
    return np.stack([v * np.sign(v[np.argmax(np.abs(v))]) for v in vectors])


def sefa_case():
    weight = (rng.randn(8, 24) * np.linspace(2, 0.5, 8)[:, None]).astype(np.float32)
    values, vectors = factorize_weight(weight.astype(float))
    return {"weight": numbers(weight), "latentDim": 8, "units": 24, "values": exact(values),
            "vectors": exact(upright(vectors))}


def ganspace_case():
    count, dim, width, components = 80, 6, 16, 4
    z = rng.randn(count, dim).astype(np.float32)
    w1 = rng.randn(dim, 12) * np.linspace(2, 0.3, dim)[:, None]
    w2 = rng.randn(12, width)
    activations = np.maximum(np.maximum(z @ w1, 0) @ w2, 0).astype(np.float32)
    centred = activations.astype(float) - activations.astype(float).mean(axis=0)
    _, s, vt = np.linalg.svd(centred, full_matrices=False)
    share = s**2 / np.sum(s**2)
    coordinates = centred @ vt[:components].T
    # U = argmin ‖U x − z‖²: one least-squares problem for all components together.
    u, *_ = np.linalg.lstsq(coordinates, z.astype(float), rcond=None)
    unit = upright(u / np.linalg.norm(u, axis=1, keepdims=True))
    correlation = [abs(np.corrcoef(coordinates[:, k], z @ unit[k])[0, 1])
                   for k in range(components)]
    return {"latents": numbers(z), "activations": numbers(activations), "count": count,
            "latentDim": dim, "width": width, "share": exact(share[:components]),
            "directions": exact(unit), "correlation": exact(correlation)}


print(json.dumps({"slerp": slerp_cases(), "splineLoop": spline_cases(),
                  "smoothLoop": filter_cases(), "sefa": sefa_case(), "ganspace": ganspace_case()}))
