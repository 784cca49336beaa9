"""How PostgreSQL is connected to: nobody waits for a network that says nothing, unless the operator wants to."""

from typing import Any

import pytest
from sqlalchemy.engine import make_url

from community.core.db import Database
from community.core.engines import NETWORK_PATIENCE


def parameters(url: str) -> dict[str, str]:
    """What a connection to this address was opened with."""
    database = Database(url, pool_size=1)
    try:
        with database.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            found: dict[str, str] = driver.info.get_parameters()
            return found
    finally:
        database.dispose()


@pytest.mark.parametrize("name", NETWORK_PATIENCE)
def test_a_timeout_that_the_operator_sets_wins(postgres_url: str, name: str) -> None:
    """Recipe 8: a partition held `/readyz` for 25 s."""
    assert parameters(postgres_url)[name] == str(NETWORK_PATIENCE[name])
    theirs = make_url(postgres_url).update_query_dict({name: "17"})
    found = parameters(theirs.render_as_string(hide_password=False))
    assert found.pop(name) == "17"
    assert found.items() >= {other: str(NETWORK_PATIENCE[other]) for other in NETWORK_PATIENCE if other != name}.items()
