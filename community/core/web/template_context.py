"""Template context of every page: the viewer, assets, local times, crisis lines, one-time messages."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, Response, g, render_template, request, send_from_directory, url_for

from community.core.errors import AppError, NotFound
from community.core.markdown import has_marks
from community.core.schemas import PageArgs
from community.core.text import clock_text, isolated, linkify, ordinal, render_markdown
from community.core.time_zones import COMMON_ZONES, zone_city, zone_label
from community.core.unit_of_work import Actor
from community.core.web.flashes import pending_flashes
from community.core.web.request_context import csrf_token, current_actor, services
from community.core.web.step_up import lacks_required_factor

STATIC = Path(__file__).resolve().parents[2] / "static"

UNBUILT = frozenset({"mark.svg", "icons.svg"})  # named by pages when nothing is built, and by the service worker

frame_pages = Blueprint("frame", __name__)


def paging() -> dict[str, Any]:
    """Return `cursor` and `limit` from the page's address, as `PageArgs` reads them."""
    asked: dict[str, Any] = PageArgs().load({"cursor": request.args["cursor"]} if "cursor" in request.args else {})
    return asked


def init_pages(app: Flask) -> None:
    """Register the templates' globals and filters."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals |= {"asset": asset, "common_zones": COMMON_ZONES}
    app.jinja_env.filters |= {
        "local_time": local_time,
        "local_date": local_date,
        "short_date": short_date,
        "calendar_day": calendar_day,
        "relative_day": relative_day,
        "day_in_sentence": day_in_sentence,
        "linked": linkify,
        "isolated": isolated,
        "ordinal": ordinal,
        "marked": render_markdown,
        "has_marks": has_marks,
        "tone": avatar_color,
        "zone_city": zone_city,
        "zone_label": zone_label,
    }
    app.context_processor(page_context)
    app.view_functions["static"] = static_file
    app.register_blueprint(frame_pages)


@frame_pages.get("/help")
def help_page() -> str:
    """Show the crisis lines. Served without session, database or Redis: no failure of theirs can block it."""
    g.bare = True
    return render_template("help.html")


@frame_pages.get("/offline")
def offline() -> str:
    """Show the page that browsers keep for when no page can be reached: the crisis lines, and nothing personal."""
    g.bare = True
    return render_template("offline.html")


@frame_pages.get("/manifest.webmanifest")
def manifest() -> Response:
    """Return the web app manifest: a neutral name and icon."""
    g.bare = True
    return Response(render_template("manifest.webmanifest"), content_type="application/manifest+json")


@frame_pages.get("/favicon.ico")
def favicon() -> Response:
    """Return the icon, for browsers that ask at the root."""
    response = Response(status=302)
    response.headers["Location"] = url_for("static", filename="mark.svg")
    return response


def page_context() -> dict[str, Any]:
    """Return what base.html shows of the service and of the viewer."""
    settings = services().settings
    facts: dict[str, Any] = {
        "community_name": settings.name,
        "crisis_lines": settings.crisis_lines,
        "leave_url": settings.leave_url,
        "me": None,
        "csrf_token": "",
        "unread_notifications": 0,
        "unread_rooms": 0,
        "asked_of_me": (),
        "my_reach_outs": (),
        "flashes": [],
        "now": services().clock(),
    }
    if g.get("bare"):
        return facts
    actor = current_actor()
    facts["flashes"] = pending_flashes()
    if actor is None:
        return facts
    facts |= {"me": actor, "csrf_token": csrf_token()}
    if lacks_required_factor(actor, services().settings):  # no names, no counts, until there is one
        return facts | {"bare": True}
    try:
        with services().store.read_context(actor) as ctx:
            for more in services().page_facts:
                facts |= dict(more(ctx))
    except AppError:  # the session has ended
        pass
    return facts


def static_file(filename: str) -> Response:
    """Return a static file; a built one compressed for browsers that accept it, because a slow line feels every byte.

    Only files are compressed, never pages: a page's length must not tell what it says of a member. Sources are not
    served: their names and text tell what the place is.
    """
    folder, _, name = filename.rpartition("/")
    if filename not in UNBUILT and (folder != "dist" or name == ".."):
        raise NotFound
    packed = filename in _packed() and request.accept_encodings.quality("gzip") > 0
    response = send_from_directory(
        STATIC, f"{filename}.gz" if packed else filename, mimetype=guess_type(filename)[0] if packed else None
    )
    response.vary.add("Accept-Encoding")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


@lru_cache(maxsize=1)
def _packed() -> frozenset[str]:
    return frozenset(f"dist/{path.stem}" for path in (STATIC / "dist").glob("*.gz"))


def asset(name: str) -> str:
    """Return the address of a static file; built ones (`app.css`, `app.js`) by their hashed name."""
    return url_for("static", filename=_built().get(name, name))


@lru_cache(maxsize=1)
def _built() -> Mapping[str, str]:
    manifest_file = STATIC / "dist" / "manifest.json"
    if not manifest_file.exists():
        return {}
    built: dict[str, str] = json.loads(manifest_file.read_text())
    return {name: f"dist/{file}" for name, file in built.items()}


def avatar_color(handle: str) -> int:
    """Return one of six hues for an avatar, always the same for a handle."""
    return sum(map(ord, handle)) % 6 + 1


def viewer_zone() -> ZoneInfo:
    """Return the time zone of the viewer, or the community's."""
    actor: Actor | None = None if g.get("bare") else current_actor()
    return ZoneInfo(actor.time_zone if actor else services().settings.time_zone)


def local_time(moment: datetime, zone: str | None = None) -> str:
    """Return a time as `7:00 pm` in the viewer's zone, or in the one given."""
    return clock_text(moment.astimezone(ZoneInfo(zone) if zone else viewer_zone()))


def local_date(moment: datetime, zone: str | None = None) -> str:
    """Return a date as `Thursday, November 26` in the viewer's zone, with the year when it is not the present one."""
    local = moment.astimezone(ZoneInfo(zone) if zone else viewer_zone())
    return local.strftime("%A, %B %-d") + ("" if local.year == _today(local).year else f", {local.year}")


def calendar_day(day: date) -> str:
    """Return a day as `Nov 26`, with the year when it is not the viewer's present one."""
    is_this_year = day.year == services().clock().astimezone(viewer_zone()).year
    return day.strftime("%b %-d" if is_this_year else "%b %-d, %Y")


def short_date(moment: datetime, zone: str | None = None) -> str:
    """Return a date as `Thu, Nov 26` in the viewer's zone, with the year when it is not the present one."""
    local = moment.astimezone(ZoneInfo(zone) if zone else viewer_zone())
    return local.strftime("%a, %b %-d" if local.year == _today(local).year else "%a, %b %-d, %Y")


def relative_day(moment: datetime, zone: str | None = None) -> str:
    """Return `Today`, `Tonight`, `Yesterday`, `Tomorrow`, or the date."""
    local = moment.astimezone(ZoneInfo(zone) if zone else viewer_zone())
    days = (local.date() - _today(local)).days
    if days == 0:
        return "Tonight" if local.hour >= 17 and local > services().clock() else "Today"
    return {-1: "Yesterday", 1: "Tomorrow"}.get(days) or local_date(moment, zone)


def day_in_sentence(moment: datetime, zone: str | None = None) -> str:
    """Return `relative_day` for the middle of a sentence: `tomorrow`, but `Thu, Dec 3`."""
    day = relative_day(moment, zone)
    return day if day[-1].isdigit() else day.lower()


def _today(local: datetime) -> date:
    return services().clock().astimezone(local.tzinfo).date()
