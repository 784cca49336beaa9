"""Names of devices: a short label from a User-Agent header, such as `Chrome on Android`.

Only the label is stored. It has no version and no model, so it says less of a person than the header.
"""

from datetime import timedelta

DEVICE_IS_KNOWN = timedelta(days=400)

# Each browser also names those it descends from, so the first one that is found is the right one.
_BROWSERS = (
    ("edg", "Edge"),
    ("opr/", "Opera"),
    ("opera", "Opera"),
    ("samsungbrowser", "Samsung Internet"),
    ("duckduckgo", "DuckDuckGo"),
    ("firefox", "Firefox"),
    ("fxios", "Firefox"),
    ("crios", "Chrome"),
    ("chrome", "Chrome"),
    ("safari", "Safari"),
)
_SYSTEMS = (
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("android", "Android"),
    ("windows", "Windows"),
    ("cros", "a Chromebook"),
    ("mac os", "a Mac"),
    ("macintosh", "a Mac"),
    ("linux", "Linux"),
)
OTHER_PROGRAM = "An app or program"


def device_label(user_agent: str) -> str:
    """Return the browser and system of a User-Agent header, in words. What is unknown is left out."""
    agent = user_agent.lower()
    if "mozilla" not in agent and "opera" not in agent:
        return OTHER_PROGRAM
    browser = next((name for mark, name in _BROWSERS if mark in agent), "A browser")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return f"{browser} on {system}" if system else browser
