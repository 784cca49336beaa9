"""What tests of pages share."""

from typing import Any


def csrf(answer: Any) -> str:
    """The token in a page's first form."""
    return str(answer.text.split('name="csrf_token" value="')[1].split('"')[0])


def page_text(browser: Any, path: str) -> str:
    """A page's text as it comes, entities and all."""
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return str(answer.text)


def post_form(browser: Any, path: str, fields: dict[str, Any]) -> Any:
    """A form posted with its token, as a browser without scripts does."""
    token = browser.get("/account").text.split('name="csrf_token" value="')[1].split('"')[0]
    return browser.post(path, data={**fields, "csrf_token": token})
