"""Debian's Chromium, driven by Playwright."""

import shutil

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--renderer-process-limit=1",
]


def chromium() -> str | None:
    """Its path, if it is installed."""
    return next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)
