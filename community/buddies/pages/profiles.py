"""Pages of the buddy profile, in small steps."""

from dataclasses import asdict
from typing import Any

from flask import flash, redirect, render_template, request

from community.buddies.actions import profiles
from community.buddies.matching import vocabulary
from community.buddies.pages import pages
from community.buddies.pages.forms import LIFE, PARTS, WEEKDAYS, ChipsView, answers_of, chips, shown_windows
from community.buddies.queries import pairings, suggestions
from community.buddies.queries.profiles import ProfileView, my_profile
from community.buddies.queries.search import my_search
from community.buddies.schemas.profiles import ChangeProfileSchema
from community.core.errors import NotFound
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.core.web.flashes import flash_with_undo
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import read_context, unit_of_work

# Step in the address: its template. A new profile goes through the first ones; the others are optional.
STEP_TEMPLATES = {
    "who": "role",
    "languages": "languages",
    "when": "availability",
    "what": "interests",
    "life": "life",
    "wishes": "preferences",
    "care": "self_care",
    "words": "about",
}
FIRST_STEPS = ("who", "languages", "when", "what")


@pages.get("/buddy")
def overview_page() -> str:
    """Show the actor's buddies, suggestions and profile."""
    with read_context() as ctx:
        mine = _profile_or_none(ctx)
        waiting = suggestions.my_open_suggestions(ctx)
        buddies = pairings.my_buddies(ctx)
        return render_template(
            "buddies/buddy.html",
            profile=mine,
            suggestions=waiting,
            buddies=buddies,
            silent=pairings.without_a_message(ctx, buddies),
            search=my_search(ctx) if mine and not waiting and not buddies else None,
        )


@pages.get("/buddy/profile")
def profile() -> PageResponse:
    """Show the actor's profile, or the first step to members without one."""
    with read_context() as ctx:
        shown = _profile_or_none(ctx)
    if shown is None:
        return redirect("/buddy/profile/who", code=303)
    named = {field: vocabulary.tidied(field, getattr(shown, field)) for field in vocabulary.FIELDS}
    return render_template("buddies/profile.html", profile=shown, named=named, weekdays=WEEKDAYS, life=LIFE)


@pages.get("/buddy/profile/<any(who, languages, when, what, life, wishes, care, words):step>")
def step(step: str) -> PageResponse:
    """Show one step of the profile."""
    return _step_page(step, Form())


@pages.post("/buddy/profile/<any(who, languages, when, what, life, wishes, care, words):step>")
def save_step(step: str) -> PageResponse:
    """Save one step and continue with the next."""
    form = Form(ChangeProfileSchema())

    def save(uow: UnitOfWork, **changes: Any) -> None:
        profiles.save_profile(uow, changes=changes)

    passed = form.submit(save, values=answers_of(step, request.form))
    if request.accept_mimetypes.best == "application/json":  # saved as you go
        return ({"errors": form.errors} if form.errors else {}), form.status
    if not passed:
        return _step_page(step, form)
    following = FIRST_STEPS[FIRST_STEPS.index(step) + 1 :] if step in FIRST_STEPS else ()
    if following:
        return redirect(f"/buddy/profile/{following[0]}", code=303)
    flash("Saved.")
    return redirect("/buddy/profile", code=303)


@pages.post("/buddy/pause")
def pause() -> PageResponse:
    """Pause suggestions until resumed."""
    with unit_of_work() as uow:
        profiles.pause(uow)
    flash_with_undo("Paused. You keep your buddies. We won’t suggest anyone new.", "/buddy/pause/end")
    return redirect("/buddy", code=303)


@pages.post("/buddy/pause/end")
def resume() -> PageResponse:
    """End the pause of suggestions."""
    with unit_of_work() as uow:
        profiles.resume(uow)
    flash("We’ll suggest people again.")
    return redirect("/buddy", code=303)


def _chips(posted: dict[str, Any] | None, profile: ProfileView | None) -> dict[str, ChipsView]:
    """Return the chips of each field of the steps, with what was posted or else what is saved."""
    saved = asdict(profile) if profile else {}
    said = {**saved, **(posted or {})}
    wishes, limits = said.get("prefers") or {}, said.get("excludes") or {}
    return {
        **{field: chips(field, said.get(field, ())) for field in vocabulary.FIELDS},
        "prefers_pathways": chips("pathways", wishes.get("pathways", ())),
        "prefers_interests": chips("interests", wishes.get("interests", ())),
        "excludes_pathways": chips("pathways", limits.get("pathways", ())),
    }


def _profile_or_none(ctx: ReadContext) -> ProfileView | None:
    try:
        return my_profile(ctx)
    except NotFound:
        return None


def _step_page(step: str, form: Form) -> PageResponse:
    with read_context() as ctx:
        _ = ctx.actor
        shown = _profile_or_none(ctx)
    if shown is None and step != "who":
        return redirect("/buddy/profile/who", code=303)
    windows = shown_windows(request.form.getlist("availability") if form.errors else None, shown)
    page = render_template(
        f"buddies/step_{STEP_TEMPLATES[step]}.html",
        form=form,
        profile=shown,
        step=step,
        number=FIRST_STEPS.index(step) + 1 if step in FIRST_STEPS else 0,
        steps=len(FIRST_STEPS),
        chips=_chips(answers_of(step, request.form) if form.errors else None, shown),
        weekdays=WEEKDAYS,
        parts=PARTS,
        life=LIFE,
        **windows,
    )
    return page, form.status
