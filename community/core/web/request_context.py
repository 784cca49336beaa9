"""Request context: the actor, units of work for a request, and the session's cookie and token."""

import hmac
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import Request, Response, current_app, g, request

from community.core.clock import Clock
from community.core.crypto.cipher import keyed_digest
from community.core.rate_limits import TokenBucket
from community.core.settings import Settings
from community.core.unit_of_work import Actor, ReadContext, UnitOfWork, UnitOfWorkFactory
from community.core.web.request_rates import RequestRates
from community.core.web.staff_access import StaffEndpoint
from community.core.web.step_up import StepUp, lacks_required_factor

API_PREFIX = "/api/v1"
CSRF_EXEMPT = "csrf_exempt"
BACKGROUND = "X-Background"  # on what a page asks by itself: an unattended page may not keep its session alive
ANY_ORIGIN = "any_origin"

Identify = Callable[[UnitOfWorkFactory, str], Actor | None]
IdentifyAll = Callable[[UnitOfWorkFactory, Collection[str]], dict[str, Actor]]
OnJoin = Callable[[UnitOfWork, UUID], None]
OnRenewal = Callable[[UnitOfWork, UUID, UUID], None]
PageFacts = Callable[[ReadContext], Mapping[str, Any]]


@dataclass
class Services:
    """Services that the composition root gives to the endpoints."""

    settings: Settings
    store: UnitOfWorkFactory
    identify: Identify
    identify_in_background: Identify
    identify_all: IdentifyAll
    page_facts: list[PageFacts] = field(default_factory=list)
    on_join: list[OnJoin] = field(default_factory=list)  # what features do in the transaction in which someone joins
    on_renewal: list[OnRenewal] = field(
        default_factory=list
    )  # moves what hangs on a session to the one that follows it
    public: Collection[str] = frozenset()  # `METHOD rule` of the endpoints that need no sign-in
    is_account: Callable[[str], bool] = bool  # whether `METHOD rule` is of one's own account, which every role has
    staff: Mapping[str, StaffEndpoint] = field(default_factory=dict)  # `METHOD rule` of what a role must be given
    step_up: Mapping[str, StepUp] = field(default_factory=dict)  # `METHOD rule` of what needs a step-up
    factor_setup: Collection[str] = frozenset()  # `METHOD rule` of what staff reach before they have a second factor
    step_up_page: Callable[[], Response] | None = None  # answers a page's request that needs one
    writer: Any = None  # the rooms' group commit, set by the composition root
    send_rate: TokenBucket | None = None
    request_rates: RequestRates | None = None  # in served processes

    @property
    def clock(self) -> Clock:
        """The clock of the unit of work factory."""
        return self.store.clock

    @property
    def cookie_name(self) -> str:
        """The name of the session cookie: with `__Host-` where it is Secure."""
        return self._cookie("session")

    @property
    def device_cookie_name(self) -> str:
        """The name of the cookie by which a browser is recognized at sign-in."""
        return self._cookie("device")

    @property
    def kept_cookie_name(self) -> str:
        """The name of the cookie of a device that keeps the crisis pages by its member's choice."""
        return self._cookie("kept")

    def _cookie(self, name: str) -> str:
        return f"__Host-{name}" if self.settings.is_production else name


def services() -> Services:
    """Return the services of the running application."""
    here: Services = current_app.extensions["community"]
    return here


@contextmanager
def unit_of_work() -> Iterator[UnitOfWork]:
    """Open a unit of work for the actor of this request."""
    with services().store.unit_of_work(current_actor()) as uow:
        yield uow
        if "audited" in g:
            g.audited.act(uow)


def audit_facts(**facts: str | int) -> None:
    """Add ids, codes or counts to the audit entry of this request, if it leaves one. Never text or addresses."""
    if "audited" in g:
        g.audited.facts |= facts


def endpoint_key() -> str:
    """The method and rule of this request as the lists of public and staff endpoints write it; empty without a rule."""
    method = "GET" if request.method == "HEAD" else request.method
    return f"{method} {request.url_rule.rule}" if request.url_rule else ""


@contextmanager
def read_context() -> Iterator[ReadContext]:
    """Open a read context for the actor of this request."""
    with services().store.read_context(current_actor()) as ctx:
        yield ctx


def current_actor() -> Actor | None:
    """Return the actor of this request, or None. Read from the database once per request.

    At a public endpoint staff without a required second factor count as strangers: a stolen password shows no more.
    """
    if "actor" not in g:
        token = bearer(request) or request.cookies.get(services().cookie_name)
        asks_by_itself = request.headers.get(BACKGROUND) is not None
        identify = services().identify_in_background if asks_by_itself else services().identify
        actor = identify(services().store, token) if token else None
        g.actor = None if actor is not None and _is_stranger_here(actor) else actor
        g.by_cookie = g.actor is not None and bearer(request) is None
    known: Actor | None = g.actor
    return known


def _is_stranger_here(actor: Actor) -> bool:
    key = endpoint_key()
    is_open = key in services().public and key not in services().factor_setup
    return is_open and lacks_required_factor(actor, services().settings)


def bearer(request: Request) -> str | None:
    """Return the session token in a program's Authorization header, or None."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def csrf_token() -> str:
    """Return the token that a cookie session's writes carry; empty without a session cookie."""
    if current_actor() is None or not g.by_cookie:
        return ""
    return csrf_token_for(request.cookies[services().cookie_name])


def csrf_token_for(session_token: str) -> str:
    """Return the CSRF token that belongs to a session token."""
    return keyed_digest(services().settings.secret_key, "csrf", session_token)


def set_session_cookie(response: Response, token: str, *, seconds: int) -> None:
    """Set the session cookie."""
    secure = services().settings.is_production
    response.set_cookie(
        services().cookie_name, token, max_age=seconds, httponly=True, secure=secure, samesite="Lax", path="/"
    )


def clear_session_cookie(response: Response) -> None:
    """Clear the session cookie and the browser's stored data. The device's mark stays where a member chose that."""
    secure = services().settings.is_production
    for name in (services().cookie_name, *([] if is_kept_here() else [services().device_cookie_name])):
        response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def is_kept_here() -> bool:
    """Return whether a member who was signed in chose to keep the crisis pages on this device."""
    sent = request.cookies.get(services().kept_cookie_name, "")
    return hmac.compare_digest(sent.encode("utf-8", "replace"), _kept_mark().encode())


def keep_here(response: Response, *, seconds: int) -> None:
    """Mark this device. The mark is equal for all members and says nothing about who chose it."""
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
    """Remove the mark from this device."""
    secure = services().settings.is_production
    response.delete_cookie(services().kept_cookie_name, path="/", secure=secure, httponly=True, samesite="Lax")


def _kept_mark() -> str:
    return keyed_digest(services().settings.secret_key, "kept", "device")


def csrf_exempt(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark an endpoint that acts without a session (sign-in, one-click unsubscribe): no token, still same-origin."""
    setattr(view, CSRF_EXEMPT, True)
    return view


def allow_any_origin(view: Callable[..., Any]) -> Callable[..., Any]:
    """Accept posts from any origin: a token in the address is the credential, and no cookie is needed or used."""
    setattr(view, ANY_ORIGIN, True)
    return view


def safe_redirect_path(target: object) -> str:
    """Return a path of ours to redirect to, or `/`. Never another host."""
    if not isinstance(target, str) or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return "/"
    return "/" if any(ord(character) < 32 for character in target) else target
