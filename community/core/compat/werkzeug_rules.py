"""URL rules that compile their builders when they are first used.

Assumption: werkzeug calls `Rule._compile_builder(append_unknown)` twice when a rule is bound, and calls what it
returned as `builder(rule, **values)` to write an address.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class LazyRule(Rule):
    """A rule that compiles its two URL builders on first use, which is rare because templates hold most addresses.

    werkzeug compiles them at once; for all our endpoints that is two thirds of the time to create an application.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: list[Callable[..., tuple[str, str]]] = []

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(super(LazyRule, self)._compile_builder(append_unknown))
            return compiled[0](rule, **values)

        return build
