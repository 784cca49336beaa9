"""Composition root: settings become an application; every endpoint is registered here by name."""

from collections.abc import Collection
from functools import partial

from flask import Flask

from community.account_endpoints import is_account_endpoint
from community.core import logging_setup
from community.core.clock import Clock, machine_now
from community.core.compat.werkzeug_rules import LazyRule
from community.core.live.socket_server import SocketServer
from community.core.rate_limits import TokenBucket
from community.core.settings import Settings, load_settings
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.core.web import api_docs
from community.core.web.api_blueprint import DocumentedApi
from community.core.web.health import health_pages
from community.core.web.middleware import init_middleware
from community.core.web.request_context import Services
from community.core.web.request_rates import RequestRates
from community.core.web.step_up import lacks_required_factor
from community.core.web.template_context import init_pages
from community.features import FEATURES, import_layers, load_subscribers, open_store
from community.members.actions import session_auth
from community.members.pages.step_up import step_up_page
from community.notifications.actions import move_devices
from community.onboarding.actions import start_for_newcomer
from community.public_endpoints import DEVELOPMENT_ENDPOINTS, PUBLIC_ENDPOINTS
from community.rooms.engine.message_writer import MessageWriter
from community.rooms.sockets import init_rooms
from community.staff_endpoints import STAFF_ENDPOINTS
from community.step_up_endpoints import FACTOR_SETUP_ENDPOINTS, STEP_UP_ENDPOINTS

PAGES = ("home", *FEATURES, "console")
APIS = (*FEATURES, "console")


def _identify_sockets(settings: Settings, store: UnitOfWorkFactory, tokens: Collection[str]) -> dict[str, Actor]:
    """Return the actors of these session tokens, without staff who lack the second factor that is required of them."""
    actors = session_auth.authenticate_all(store, tokens)
    return {token: actor for token, actor in actors.items() if not lacks_required_factor(actor, settings)}


def create_app(
    settings: Settings | None = None, store: UnitOfWorkFactory | None = None, *, clock: Clock | None = None
) -> Flask:
    """Return the web application with all its endpoints.

    `clock` is its clock; the default is the factory's, which is the machine's unless it was made with another.
    """
    is_served = settings is None
    if settings is None:
        settings = load_settings()
        logging_setup.set_up(level=settings.log_level, process="web", is_production=settings.is_production)
    load_subscribers()
    if store is None:
        store = open_store(settings, clock=clock or machine_now)
    elif clock is not None:
        store = store.with_clock(clock)
    app = Flask("community", static_folder="static", template_folder="../templates")
    app.url_rule_class = LazyRule
    web = Services(
        settings=settings,
        store=store,
        identify=session_auth.authenticate,
        identify_in_background=session_auth.authenticate_in_background,
        identify_all=partial(_identify_sockets, settings),
        public={**PUBLIC_ENDPOINTS, **({} if settings.is_production else DEVELOPMENT_ENDPOINTS)},
        is_account=is_account_endpoint,
        staff=STAFF_ENDPOINTS,
        step_up=STEP_UP_ENDPOINTS,
        factor_setup=FACTOR_SETUP_ENDPOINTS,
    )
    limit = settings.send_limit
    web.writer = MessageWriter(web.store, limit=limit)
    web.send_rate = TokenBucket(limit.count, limit.seconds) if limit else None
    web.request_rates = RequestRates() if is_served and limit else None  # tests ask more in a minute than people do
    web.on_join.append(start_for_newcomer)  # so that the first page after joining has the first days on it
    web.on_renewal.append(move_devices)
    web.step_up_page = step_up_page
    init_middleware(app, web)
    init_pages(app)
    app.register_blueprint(health_pages)
    for module in import_layers(PAGES, "pages"):
        app.register_blueprint(module.pages)
        if hasattr(module, "page_facts"):
            web.page_facts.append(module.page_facts)
    app.register_blueprint(api_docs.pages)
    api = DocumentedApi(
        app,
        spec_kwargs={
            "title": settings.name,
            "version": "1",
            "openapi_version": "3.1.0",
            "info": {"description": "Everything the pages do, for programs."},
        },
    )
    for module in import_layers(APIS, "api"):
        api.register_blueprint(module.api)
    live = SocketServer(web)
    live.attach(app)
    init_rooms(web, live)
    app.extensions["community_live"] = live
    if is_served:
        from community.core.web.request_bodies import PromptBodies  # needs gevent, which commands and tests do not load

        app.wsgi_app = PromptBodies(app.wsgi_app)  # type: ignore[method-assign]  # as Flask documents
    return app
