"""Matching of people: numbers in, the best possible pairs out, without database, clock or chance.

`exact_solver` has the objective and the solvers behind it. `proposal` makes a whole run of a population, and
`solver_process` does that in a process of its own. `instance_json` solves one instance written as JSON. `candidate`,
`compatibility` and `scoring` say who may be paired and how well they fit.

This package imports nothing. `candidate` and `compatibility` are plain Python and all that the service itself needs.
The solvers load numpy, which would cost each of its processes a tenth of a second and 15 MB at every start.
"""
