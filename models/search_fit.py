"""Learning to rank and to be sure, small enough to run after every import: two convex fits with a prior.

Ranking: the documents that staff named should win a softmax over the candidates. Being sure: a logistic over how the winner won.
Both start from weights fitted over several knowledge bases (locales/policy/weights.toml) and move as far as the data is worth.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.search_corpus import Floats

STEPS, PACE = 300, 0.05


def fit_ranking(examples: Sequence[tuple[Floats, Floats]], prior: Floats, strength: float) -> Floats:
    """Weights for standardised features. An example: candidates × features, and 1 for the right ones. `strength` holds on to `prior`."""
    useful = [(x, y) for x, y in examples if y.sum() > 0]
    if not useful:
        return prior
    rows = np.concatenate([x for x, _ in useful])
    right = np.concatenate([y for _, y in useful])
    sizes = np.array([len(y) for _, y in useful])
    begins = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    group = np.repeat(np.arange(len(useful)), sizes)
    weights = prior.copy()
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        score = rows @ weights
        score -= np.maximum.reduceat(score, begins)[group]
        power = np.exp(score)
        chance = power / np.add.reduceat(power, begins)[group]
        goal = power * right
        goal /= np.add.reduceat(goal, begins)[group] + 1e-12
        slope = rows.T @ (chance - goal) / len(useful) + strength * (weights - prior)
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        weights = weights - PACE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return weights


def fit_sureness(rows: Floats, right: Floats, worth: Floats, strength: float = 2.0) -> Floats:
    """Logistic weights for standardised rows; the last one is the constant. Newton's method, ridge of `strength`."""
    wide = np.c_[rows, np.ones(len(rows))]
    weights = np.zeros(wide.shape[1])
    ridge = np.eye(len(weights)) * strength
    ridge[-1, -1] = 1e-3
    for _ in range(30):
        chance = 1 / (1 + np.exp(-wide @ weights))
        slope = wide.T @ (worth * (chance - right)) + ridge @ weights
        curve = (wide * (worth * chance * (1 - chance))[:, None]).T @ wide + ridge
        step = np.linalg.solve(curve, slope)
        weights = weights - step
        if float(np.abs(step).max()) < 1e-6:
            break
    return weights
