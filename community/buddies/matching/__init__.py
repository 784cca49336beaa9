"""Who goes with whom: numbers in, the best possible pairs out. No database, no clock, no chance.

`optimum` has the objective and the two solvers behind it; `proposing` makes a whole run of a population of people;
`solver` does that in a process of its own; `instances` solves one instance written as JSON. `people`, `fit` and
`scoring` say who may be paired and how well they fit.
"""

from community.buddies.matching.optimum import EXACT_MEMBERS, MOST_WAITING_DAYS, Edges, Matching, bipartite, general

__all__ = ["EXACT_MEMBERS", "MOST_WAITING_DAYS", "Edges", "Matching", "bipartite", "general"]
