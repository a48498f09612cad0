"""Regressions, scores and intervals by scikit-learn and scipy, for src/latent/directions/regression.ts,
src/core/scores.ts and src/core/intervals.ts. Run: python3 tests/golden/linear_probe_sklearn.py"""

import json
import pathlib

import numpy as np
from scipy.stats import binomtest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import balanced_accuracy_score, r2_score, roc_auc_score

from seeded import Rng

SETS = [  # count, latents' length, ridge, slope: hard to tell, easy, separable
    (60, 3, 1.0, 0.5),
    (200, 8, 0.1, 3.0),
    (120, 5, 2.0, 1000.0),
]


def regression(index, count, dim, ridge, slope):
    rng = Rng(index + 1, "probe")
    x = rng.normals(count * dim).reshape(count, dim).astype(np.float32).astype(np.float64)
    truth = rng.normals(dim)
    noise = rng.normals(count)
    labels = (slope * (x @ truth) + noise > 0.3).astype(np.float64)
    numbers = x @ truth * slope + noise + 5
    logistic = LogisticRegression(C=1 / ridge, solver="newton-cg", tol=1e-12, max_iter=10000)
    logistic.fit(x, labels)
    linear = Ridge(alpha=ridge, solver="cholesky").fit(x, numbers)
    scores = logistic.decision_function(x)
    return {
        "count": count,
        "dim": dim,
        "ridge": ridge,
        "labels": labels.tolist(),
        "numbers": numbers.tolist(),
        "logistic": [*logistic.coef_[0].tolist(), float(logistic.intercept_[0])],
        "linear": [*linear.coef_.tolist(), float(linear.intercept_)],
        "auc": float(roc_auc_score(labels, scores)),
        "roundedAuc": float(roc_auc_score(labels, np.round(scores))),
        "balancedAccuracy": float(balanced_accuracy_score(labels, scores > 0)),
        "r2": float(r2_score(numbers, linear.predict(x))),
    }


def wilson(successes, count):
    interval = binomtest(successes, count).proportion_ci(0.95, method="wilson")
    return [successes, count, float(interval.low), float(interval.high)]


golden = {
    "regressions": [regression(i, *s) for i, s in enumerate(SETS)],
    "wilson": [wilson(k, n) for k, n in [(0, 10), (10, 10), (1, 3), (812, 1000), (5, 1000)]],
}
path = pathlib.Path(__file__).with_name("linear_probe_sklearn.json")
path.write_text(json.dumps(golden) + "\n")
