"""Process that requests a page of the API again and again: `api_poller URL TOKEN`.

Every line is the seconds that one answer took, or -1 when there was none.
"""

import sys
import time

import requests

PAUSE_SECONDS = 0.02


def poll(url: str, token: str) -> None:
    """Request the page until standard output is closed."""
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {token}"
        while True:
            started = time.monotonic()
            try:
                is_there = session.get(url, timeout=30).status_code == 200
            except requests.RequestException:
                is_there = False
            print(time.monotonic() - started if is_there else -1, flush=True)
            time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    poll(sys.argv[1], sys.argv[2])
