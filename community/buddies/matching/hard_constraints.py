"""Hard rules for many people at once: each is a grid of rows by columns that says for which pairs it is kept.

`compatibility.hard_conflict` decides it for two people. Tests hold the two to equal results.
"""

from collections.abc import Callable

import numpy as np

from community.buddies.matching import compatibility
from community.buddies.matching.candidate import MEETS
from community.buddies.matching.feature_matrix import Bits, FeatureMatrix, Grid

_ANY, _ONLINE, _IN_PERSON = range(len(MEETS))

Rule = Callable[[FeatureMatrix, FeatureMatrix], Grid]


def languages_in_common(rows: FeatureMatrix, cols: FeatureMatrix) -> Bits:
    """Return the number of languages that each pair shares."""
    return rows.languages @ cols.languages.T


def half_hours_in_common(rows: FeatureMatrix, cols: FeatureMatrix) -> Bits:
    """Return the number of half hours of the week in which each pair is free together."""
    return rows.hours @ cols.hours.T


def _same_language(rows: FeatureMatrix, cols: FeatureMatrix) -> Grid:
    return languages_in_common(rows, cols) > 0


def _hours_overlap(rows: FeatureMatrix, cols: FeatureMatrix) -> Grid:
    return half_hours_in_common(rows, cols) >= compatibility.MINIMUM_HALF_HOURS


def _gender(rows: FeatureMatrix, cols: FeatureMatrix) -> Grid:
    kept: Grid = rows.accepts[:, cols.gender]
    return kept


def _pathways(rows: FeatureMatrix, cols: FeatureMatrix) -> Grid:
    if not rows.ruled_out.any():
        return np.ones((len(rows.people), len(cols.people)), dtype=bool)
    kept: Grid = rows.ruled_out @ cols.ruled_in.T == 0
    return kept


def _months(rows: FeatureMatrix, cols: FeatureMatrix) -> Grid:
    kept: Grid = cols.months[None, :] >= rows.least_months[:, None]
    return kept


def _place(rows: FeatureMatrix, cols: FeatureMatrix) -> Grid:
    mine, theirs = rows.meets[:, None], cols.meets[None, :]
    nearby = (rows.area[:, None] == cols.area[None, :]) & (rows.area[:, None] > 0)
    kept: Grid = (mine == _ANY) | ((mine == _ONLINE) & (theirs != _IN_PERSON))
    kept |= (mine == _IN_PERSON) & (theirs != _ONLINE) & nearby
    return kept


# What both need in common, and what each may ask of the other. Coordinators read these names, see OWN_RULES.
IN_COMMON: dict[str, Rule] = {"languages": _same_language, "hours": _hours_overlap}
OWN_RULES: dict[str, Rule] = {"gender": _gender, "pathways": _pathways, "months": _months, "place": _place}


def own_rules_kept(rows: FeatureMatrix, cols: FeatureMatrix) -> Grid:
    """Return the pairs that the rows' own rules allow."""
    kept = np.ones((len(rows.people), len(cols.people)), dtype=bool)
    for rule in OWN_RULES.values():
        kept &= rule(rows, cols)
    return kept
