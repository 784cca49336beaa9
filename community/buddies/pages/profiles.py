"""Pages of the buddy profile, in small steps."""

from typing import Any

from flask import flash, redirect, render_template, request

from community.buddies.actions import profiles
from community.buddies.pages import pages
from community.buddies.pages.forms import LIFE, PARTS, WEEKDAYS, answers_of, shown_windows
from community.buddies.queries import pairings, suggestions
from community.buddies.queries.profiles import ProfileView, my_profile
from community.buddies.schemas.profiles import ChangeProfileSchema
from community.core.errors import NotFound
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import read_context, unit_of_work

# Step in the address: its template.
STEP_TEMPLATES = {
    "who": "role",
    "when": "availability",
    "life": "life",
    "what": "interests",
    "wishes": "preferences",
    "care": "self_care",
    "words": "about",
}
STEPS = tuple(STEP_TEMPLATES)


@pages.get("/buddy")
def overview_page() -> str:
    """Show the actor's buddies, suggestions and profile."""
    with read_context() as ctx:
        return render_template(
            "buddies/buddy.html",
            profile=_profile_or_none(ctx),
            suggestions=suggestions.my_open_suggestions(ctx),
            buddies=pairings.my_buddies(ctx),
        )


@pages.get("/buddy/profile")
def profile() -> PageResponse:
    """Show the actor's profile, or the first step to members without one."""
    with read_context() as ctx:
        shown = _profile_or_none(ctx)
    if shown is None:
        return redirect("/buddy/profile/who", code=303)
    return render_template("buddies/profile.html", profile=shown, weekdays=WEEKDAYS, life=LIFE)


@pages.get("/buddy/profile/<any(who, when, life, what, wishes, care, words):step>")
def step(step: str) -> PageResponse:
    """Show one step of the profile."""
    return _step_page(step, Form())


@pages.post("/buddy/profile/<any(who, when, life, what, wishes, care, words):step>")
def save_step(step: str) -> PageResponse:
    """Save one step and go on to the next."""
    form = Form(ChangeProfileSchema())

    def save(uow: UnitOfWork, **changes: Any) -> None:
        profiles.save_profile(uow, changes=changes)

    passed = form.submit(save, values=answers_of(step, request.form))
    if request.accept_mimetypes.best == "application/json":  # saved as you go
        return ({"errors": form.errors} if form.errors else {}), form.status
    if not passed:
        return _step_page(step, form)
    following = STEPS[STEPS.index(step) + 1 :]
    flash("Saved.")
    return redirect(f"/buddy/profile/{following[0]}" if following else "/buddy/profile", code=303)


@pages.post("/buddy/pause")
def pause() -> PageResponse:
    """Pause suggestions until resumed."""
    with unit_of_work() as uow:
        profiles.pause(uow)
    flash("Paused. Your buddies stay, and nobody new is suggested.")
    return redirect("/buddy", code=303)


@pages.post("/buddy/pause/end")
def resume() -> PageResponse:
    """End the pause of suggestions."""
    with unit_of_work() as uow:
        profiles.resume(uow)
    flash("Suggestions are welcome again.")
    return redirect("/buddy", code=303)


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
        number=STEPS.index(step) + 1,
        steps=len(STEPS),
        weekdays=WEEKDAYS,
        parts=PARTS,
        life=LIFE,
        **windows,
    )
    return page, form.status
