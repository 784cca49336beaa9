"""What every door stands on: who is asking, units of work for a request, forms, headers, and errors at the edge."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast
from uuid import UUID

from flask import Flask, Request, Response, current_app, g, jsonify, make_response, redirect, render_template, request
from flask_smorest import Api, Blueprint
from marshmallow import Schema, ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from community.core.answers import problem, refusal_of
from community.core.crypto import Sealer, derived
from community.core.errors import CsrfFailed, Forbidden, Refusal, SignInNeeded
from community.core.limits import Rate
from community.core.metrics import REQUESTS
from community.core.openapi import finished
from community.core.schemas import Moment
from community.core.settings import Settings
from community.core.unit_of_work import Actor, Reading, Store, UnitOfWork

API_PREFIX = "/api/v1"
LARGEST_BODY = 256 * 1024
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_EXEMPT = "csrf_exempt"

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
    "frame-ancestors 'none'"
)

F = TypeVar("F", bound=Callable[..., Any])
Identify = Callable[[Store, str], Actor | None]
IdentifyAll = Callable[[Store, Collection[str]], dict[str, Actor]]
PageFacts = Callable[[Reading], Mapping[str, Any]]


@dataclass
class Web:
    """What the composition root hands to the doors."""

    settings: Settings
    store: Store
    identify: Identify
    identify_all: IdentifyAll
    page_facts: list[PageFacts] = field(default_factory=list)
    writer: Any = None  # the rooms' group commit, set by the composition root
    send_rate: Rate | None = None

    @property
    def sealer(self) -> Sealer:
        """What seals and opens words that the database must not be able to read."""
        return Sealer(*self.settings.sealing_secrets)

    @property
    def cookie_name(self) -> str:
        """The session cookie: `__Host-` where it is Secure."""
        return "__Host-session" if self.settings.is_production else "session"


def web() -> Web:
    """The web of the running application."""
    here: Web = current_app.extensions["community"]
    return here


@contextmanager
def unit_of_work() -> Iterator[UnitOfWork]:
    """A unit of work for whoever makes this request."""
    with web().store.unit_of_work(current_actor()) as uow:
        yield uow


@contextmanager
def reading() -> Iterator[Reading]:
    """A look for whoever makes this request."""
    with web().store.reading(current_actor()) as look:
        yield look


def current_actor() -> Actor | None:
    """Who makes this request, if they are signed in. Read from the database once per request."""
    if "actor" not in g:
        token = _bearer(request) or request.cookies.get(web().cookie_name)
        g.actor = web().identify(web().store, token) if token else None
        g.by_cookie = g.actor is not None and _bearer(request) is None
    actor: Actor | None = g.actor
    return actor


def csrf_token() -> str:
    """The token that a cookie session's writes carry; empty when nobody is signed in by cookie."""
    if current_actor() is None or not g.by_cookie:
        return ""
    return csrf_token_for(request.cookies[web().cookie_name])


def csrf_token_for(session_token: str) -> str:
    """The CSRF token that belongs to a session token."""
    return derived(web().settings.secret_key, "csrf", session_token)


def set_session_cookie(response: Response, token: str, *, seconds: int) -> None:
    """Hand the session to a browser."""
    secure = web().settings.is_production
    response.set_cookie(
        web().cookie_name, token, max_age=seconds, httponly=True, secure=secure, samesite="Lax", path="/"
    )


def drop_session_cookie(response: Response) -> None:
    """Take the session from a browser, with what it kept of us."""
    secure = web().settings.is_production
    response.delete_cookie(web().cookie_name, path="/", secure=secure, httponly=True, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def csrf_exempt(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a door that acts without a session (signing in, one-click unsubscribe): no token, still same-origin."""
    setattr(view, CSRF_EXEMPT, True)
    return view


class ApiDoors(Blueprint):  # type: ignore[misc]  # flask-smorest has no types
    """A group of API doors under `/api/v1`; `arguments` and `response` check, convert and document."""

    def route(self, rule: str, **options: Any) -> Callable[[F], F]:
        """Register a door."""
        return cast(Callable[[F], F], super().route(rule, **options))

    def get(self, rule: str, **options: Any) -> Callable[[F], F]:
        """A door that only looks."""
        return self.route(rule, methods=["GET"], **options)

    def post(self, rule: str, **options: Any) -> Callable[[F], F]:
        """A door that makes something."""
        return self.route(rule, methods=["POST"], **options)

    def put(self, rule: str, **options: Any) -> Callable[[F], F]:
        """A door that sets something; twice is once."""
        return self.route(rule, methods=["PUT"], **options)

    def patch(self, rule: str, **options: Any) -> Callable[[F], F]:
        """A door that changes something."""
        return self.route(rule, methods=["PATCH"], **options)

    def delete(self, rule: str, **options: Any) -> Callable[[F], F]:
        """A door that ends something; twice is once."""
        return self.route(rule, methods=["DELETE"], **options)

    def arguments(self, shape: type[Schema], **options: Any) -> Callable[[F], F]:
        """Load the body (or `location="query"`) by this shape; the view gets it first. `example` is documented."""
        return cast(Callable[[F], F], super().arguments(shape, **options))

    def response(self, status: int, shape: type[Schema] | None = None, **options: Any) -> Callable[[F], F]:
        """Answer with this status, dumped by this shape."""
        return cast(Callable[[F], F], super().response(status, shape, **options))

    def or_else(self, status: int, shape: type[Schema], *, when: str) -> Callable[[F], F]:
        """Document that the view may answer with this status too; it then returns `(answer, status)`."""
        return cast(Callable[[F], F], super().alt_response(status, schema=shape, description=when))


def api_blueprint(name: str, import_name: str, description: str) -> ApiDoors:
    """A group of API doors under `/api/v1`; `description` heads it in the API document."""
    return ApiDoors(name.capitalize(), import_name, url_prefix=API_PREFIX, description=description)


def safe_path(target: object) -> str:
    """A path of ours to go on to, or home. Never another host."""
    if not isinstance(target, str) or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return "/"
    return "/" if any(ord(character) < 32 for character in target) else target


class Form:
    """A posted form on its way through a schema and an action, with what to show when it did not pass."""

    def __init__(self, schema: Schema | None = None, *, values: Mapping[str, Any] | None = None) -> None:
        self._schema = schema
        posted: MultiDict[str, str] = request.form
        self.values: dict[str, Any] = dict(values or {})
        if request.method == "POST":
            self.values |= {key: posted.getlist(key) if len(posted.getlist(key)) > 1 else posted[key] for key in posted}
        self.errors: dict[str, list[str]] = {}
        self.detail = ""
        self.status = 200

    def attempt(self, act: Callable[[dict[str, Any]], Any], *, values: Mapping[str, Any] | None = None) -> bool:
        """Load the form and call `act` with its fields. False, with `errors`, when either refuses.

        `values` replaces the posted fields where the page's shape differs from the schema's.
        """
        raw = {key: value for key, value in (values or self.values).items() if key != "csrf_token"}
        try:
            act(self._schema.load(raw) if self._schema else raw)
        except (ValidationError, Refusal) as error:
            if isinstance(error, SignInNeeded | Forbidden):
                raise
            refusal = refusal_of(error)
            self.status = refusal.status
            self.detail = refusal.detail
            self.errors = {key: _texts(value) for key, value in (refusal.errors or {}).items()}
            return False
        return True

    def value(self, name: str, default: Any = "") -> Any:
        """What stands in a field."""
        return self.values.get(name, default)

    def error(self, name: str) -> str:
        """The first thing wrong with a field, or nothing."""
        return (self.errors.get(name) or [""])[0]


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


class DocumentedApi(Api):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest's API document, with our own errors, fields and examples.

    It is written when it is first asked for: writing takes longer than all the rest of starting a process.
    """

    def _init_spec(self, **options: Any) -> None:
        super()._init_spec(**options)
        self.register_field(Moment, "string", "date-time")
        self._undocumented: list[ApiDoors] = []

    def register_blueprint(self, doors: ApiDoors) -> None:
        """Register a group of doors."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][doors.name] = self
        self._app.register_blueprint(doors)
        self._undocumented.append(doors)

    def document(self) -> dict[str, Any]:
        """The OpenAPI document as it is served."""
        while self._undocumented:
            doors = self._undocumented.pop(0)
            doors.register_views_in_doc(self, self._app, self.spec, name=doors.name, parameters=None)
            self.spec.tag({"name": doors.name, "description": doors.description})
        return finished(self.spec.to_dict(), prefix=API_PREFIX)

    def _openapi_json(self) -> Response:
        return jsonify(self.document())

    def handle_http_exception(self, error: HTTPException) -> Response:
        """Answer werkzeug's and webargs' errors as every other."""
        return answer_error(error)


def api_document() -> dict[str, Any]:
    """The OpenAPI document of the running application, as it is served."""
    api: DocumentedApi = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    return api.document()


def init_web(app: Flask, web_: Web) -> None:
    """Put identity, CSRF, headers and error answers around every door."""
    app.extensions["community"] = web_
    settings = web_.settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        SESSION_COOKIE_NAME="__Host-note" if settings.is_production else "note",
        SESSION_COOKIE_SECURE=settings.is_production,
        SESSION_COOKIE_SAMESITE="Lax",
        OPENAPI_URL_PREFIX=API_PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    app.before_request(_start_clock)
    app.before_request(_refuse_forged_writes)
    app.after_request(_harden)
    app.register_error_handler(Exception, answer_error)


def answer_error(error: Exception) -> Response:
    """Any exception as problem+json under `/api/`, as a page elsewhere."""
    if isinstance(error, HTTPException) and error.code is not None and error.code < 400:
        return error.get_response()  # type: ignore[return-value]  # a redirect to the address with a slash
    refusal = refusal_of(error)
    if request.path.startswith("/api/"):
        response = jsonify(problem(refusal))
        response.content_type = "application/problem+json"
    elif isinstance(refusal, SignInNeeded) and request.method in SAFE_METHODS:
        return make_response(redirect("/sign-in?next=" + _quoted(request.full_path.rstrip("?"))))
    else:
        status = 404 if isinstance(refusal, Forbidden) else refusal.status
        response = make_response(_error_page(refusal, status), status)
    if response.status_code < 400:
        response.status_code = refusal.status
    if refusal.retry_after is not None:
        response.headers["Retry-After"] = str(max(1, round(refusal.retry_after + 0.499)))
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _error_page(refusal: Refusal, status: int) -> str:
    """The error's page; without the signed-in frame when the database cannot give it."""
    try:
        return render_template("error.html", refusal=refusal, status=status)
    except Exception as error:  # the page of last resort may not fail with whatever broke the first
        refusal_of(error)
        g.actor = None
        return render_template("error.html", refusal=refusal, status=status)


def _quoted(path: str) -> str:
    from urllib.parse import quote

    return quote(path, safe="/")


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def _start_clock() -> None:
    g.started = time.perf_counter()


def _refuse_forged_writes() -> None:
    """Refuse a browser's write that another site made it send, and a cookie session's write without its token."""
    if request.method in SAFE_METHODS or _bearer(request):
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site in ("cross-site", "same-site") or (origin and not _is_own_origin(origin)):
        raise CsrfFailed
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, CSRF_EXEMPT, False) or current_actor() is None:
        return
    sent = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
    if not _same(sent, csrf_token()):
        raise CsrfFailed


def _is_own_origin(origin: str) -> bool:
    return origin in (web().settings.public_url.rstrip("/"), request.host_url.rstrip("/"))


def _same(one: str, other: str) -> bool:
    import hmac

    return bool(other) and hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())


def _harden(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")  # with no-referrer, forms say `Origin: null`
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), interest-cohort=()")
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    elif request.path.startswith("/static/dist/") and response.status_code == 200:
        headers["Cache-Control"] = "public, max-age=31536000, immutable"  # the name tells what is in it
    if web().settings.is_production:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if "started" in g:
        route = request.url_rule.rule if request.url_rule else "none"
        seconds = time.perf_counter() - g.started
        REQUESTS.labels(request.method, route, str(response.status_code)).observe(seconds)
    return response


def uuid_of(text: str) -> UUID | None:
    """The id in a form field, or nothing when it is not one."""
    try:
        return UUID(text)
    except ValueError:
        return None
