"""What every door stands on: who is asking, units of work for a request, and the session's cookie and token."""

import hmac
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Request, Response, current_app, g, request

from community.core.clock import Clock
from community.core.crypto.cipher import keyed_digest
from community.core.rate_limits import TokenBucket
from community.core.settings import Settings
from community.core.unit_of_work import Actor, ReadContext, UnitOfWork, UnitOfWorkFactory
from community.core.web.request_rates import RequestRates
from community.core.web.staff_access import StaffEndpoint

API_PREFIX = "/api/v1"
CSRF_EXEMPT = "csrf_exempt"
BACKGROUND = "X-Background"  # on what a page asks by itself: an unattended page may not keep its session alive
ANY_ORIGIN = "any_origin"

Identify = Callable[[UnitOfWorkFactory, str], Actor | None]
IdentifyAll = Callable[[UnitOfWorkFactory, Collection[str]], dict[str, Actor]]
PageFacts = Callable[[ReadContext], Mapping[str, Any]]


@dataclass
class Services:
    """What the composition root hands to the doors."""

    settings: Settings
    store: UnitOfWorkFactory
    identify: Identify
    identify_in_background: Identify
    identify_all: IdentifyAll
    page_facts: list[PageFacts] = field(default_factory=list)
    public: Collection[str] = frozenset()  # `METHOD rule` of the endpoints that need nobody to be signed in
    staff: Mapping[str, StaffEndpoint] = field(default_factory=dict)  # `METHOD rule` of what a role must be given
    writer: Any = None  # the rooms' group commit, set by the composition root
    send_rate: TokenBucket | None = None
    request_rates: RequestRates | None = None  # in served processes

    @property
    def clock(self) -> Clock:
        """What tells the present moment: the store's clock."""
        return self.store.clock

    @property
    def cookie_name(self) -> str:
        """The session cookie: `__Host-` where it is Secure."""
        return self._cookie("session")

    @property
    def device_cookie_name(self) -> str:
        """The mark by which a browser is known again when somebody signs in."""
        return self._cookie("device")

    @property
    def kept_cookie_name(self) -> str:
        """The mark of a device on which somebody chose to keep the pages that save lives."""
        return self._cookie("kept")

    def _cookie(self, name: str) -> str:
        return f"__Host-{name}" if self.settings.is_production else name


def services() -> Services:
    """The web of the running application."""
    here: Services = current_app.extensions["community"]
    return here


@contextmanager
def unit_of_work() -> Iterator[UnitOfWork]:
    """A unit of work for whoever makes this request."""
    with services().store.unit_of_work(current_actor()) as uow:
        yield uow
        if "audited" in g:
            g.audited.act(uow)


def audit_facts(**facts: str | int) -> None:
    """Add ids, codes or counts to the audit entry of this request, if it leaves one. Never words or addresses."""
    if "audited" in g:
        g.audited.facts |= facts


def endpoint_key() -> str:
    """The method and rule of this request as the lists of public and staff endpoints write it; empty without a rule."""
    method = "GET" if request.method == "HEAD" else request.method
    return f"{method} {request.url_rule.rule}" if request.url_rule else ""


@contextmanager
def read_context() -> Iterator[ReadContext]:
    """A look for whoever makes this request."""
    with services().store.read_context(current_actor()) as ctx:
        yield ctx


def current_actor() -> Actor | None:
    """Who makes this request, if they are signed in. Read from the database once per request."""
    if "actor" not in g:
        token = bearer(request) or request.cookies.get(services().cookie_name)
        asks_by_itself = request.headers.get(BACKGROUND) is not None
        identify = services().identify_in_background if asks_by_itself else services().identify
        g.actor = identify(services().store, token) if token else None
        g.by_cookie = g.actor is not None and bearer(request) is None
    actor: Actor | None = g.actor
    return actor


def bearer(request: Request) -> str | None:
    """The session token that a program sends with its request, if it does."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def csrf_token() -> str:
    """The token that a cookie session's writes carry; empty when nobody is signed in by cookie."""
    if current_actor() is None or not g.by_cookie:
        return ""
    return csrf_token_for(request.cookies[services().cookie_name])


def csrf_token_for(session_token: str) -> str:
    """The CSRF token that belongs to a session token."""
    return keyed_digest(services().settings.secret_key, "csrf", session_token)


def set_session_cookie(response: Response, token: str, *, seconds: int) -> None:
    """Hand the session to a browser."""
    secure = services().settings.is_production
    response.set_cookie(
        services().cookie_name, token, max_age=seconds, httponly=True, secure=secure, samesite="Lax", path="/"
    )


def clear_session_cookie(response: Response) -> None:
    """Take the session from a browser, with what it kept of us; the device's mark stays where somebody chose that."""
    secure = services().settings.is_production
    for name in (services().cookie_name, *([] if is_kept_here() else [services().device_cookie_name])):
        response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def is_kept_here() -> bool:
    """Return whether somebody who was signed in chose to keep the pages that save lives on this device."""
    sent = request.cookies.get(services().kept_cookie_name, "")
    return hmac.compare_digest(sent.encode("utf-8", "replace"), _kept_mark().encode())


def keep_here(response: Response, *, seconds: int) -> None:
    """Mark this device. The mark is the same for all members, so it says nothing about who chose it."""
    secure = services().settings.is_production
    response.set_cookie(
        services().kept_cookie_name,
        _kept_mark(),
        max_age=seconds,
        httponly=True,
        secure=secure,
        samesite="Lax",
        path="/",
    )


def keep_here_no_longer(response: Response) -> None:
    """Take the mark from this device."""
    secure = services().settings.is_production
    response.delete_cookie(services().kept_cookie_name, path="/", secure=secure, httponly=True, samesite="Lax")


def _kept_mark() -> str:
    return keyed_digest(services().settings.secret_key, "kept", "device")


def csrf_exempt(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a door that acts without a session (signing in, one-click unsubscribe): no token, still same-origin."""
    setattr(view, CSRF_EXEMPT, True)
    return view


def allow_any_origin(view: Callable[..., Any]) -> Callable[..., Any]:
    """Accept posts from any origin: a token in the address is the credential, and no cookie is needed or used."""
    setattr(view, ANY_ORIGIN, True)
    return view


def safe_redirect_path(target: object) -> str:
    """A path of ours to go on to, or home. Never another host."""
    if not isinstance(target, str) or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return "/"
    return "/" if any(ord(character) < 32 for character in target) else target
