"""Uses of undocumented parts of libraries: one module for each, with the assumption that it makes.

An upgrade that breaks an assumption fails a test in `tests/core/test_compat.py`. Nothing else in the project uses a
library's private names.
"""
