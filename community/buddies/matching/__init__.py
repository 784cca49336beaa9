"""Who goes with whom: numbers in, the best possible pairs out. No database, no clock, no chance.

`optimum` has the objective and the two solvers behind it; `proposing` makes a whole run of a population of people;
`solver` does that in a process of its own; `instances` solves one instance written as JSON. `people`, `fit` and
`scoring` say who may be paired and how well they fit.

Nothing is imported here: `people` and `fit` are plain Python and all that the service itself needs, while the solvers
load numpy, which would cost each of its processes a tenth of a second and 15 MB at every start.
"""
