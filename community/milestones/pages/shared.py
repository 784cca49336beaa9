"""What is shared of check-ins: with a buddy, with the coordinators, in figures without names; asking a coordinator."""

from uuid import UUID

from flask import flash, redirect, render_template

from community.check_ins.actions import check_ins as actions
from community.check_ins.queries import check_ins as queries
from community.check_ins.rules.check_ins import MIN_GROUP_SIZE
from community.core.web.forms import PageResponse
from community.core.web.request_context import audit_facts, read_context, unit_of_work
from community.milestones import queries as milestones_queries
from community.milestones.pages import pages


@pages.get("/pairings/<uuid:pairing_id>/check-ins")
def shared_by_buddy(pairing_id: UUID) -> str:
    """What my buddy shared with me."""
    with read_context() as ctx:
        pairing, shared = queries.shared_by_buddy(ctx, pairing_id)
        kept = milestones_queries.shared_by_buddy(ctx, pairing_id)
    return render_template("milestones/shared_by_buddy.html", pairing=pairing, shared=shared, kept=kept)


@pages.get("/coordinator")
def coordinator_request() -> str:
    """Have a coordinator get in touch."""
    with read_context() as ctx:
        _ = ctx.actor
    return render_template("milestones/contact_coordinator.html")


@pages.post("/coordinator")
def request_coordinator() -> PageResponse:
    """One of them gets in touch."""
    with unit_of_work() as uow:
        actions.request_coordinator(uow)
    flash("A coordinator gets in touch with you. You need not do anything.")
    return redirect("/", code=303)


@pages.get("/console/check-ins")
def shared_check_ins() -> str:
    """Who shared a check-in with the coordinators, and the figures."""
    with read_context() as ctx:
        shared = queries.shared_check_ins(ctx)
        weeks = queries.trend(ctx)
    audit_facts(count=len(shared))
    return render_template("milestones/shared_with_staff.html", shared=shared, weeks=weeks, fewest=MIN_GROUP_SIZE)


@pages.get("/console/check-ins/<uuid:check_in_id>")
def open_shared_check_in(check_in_id: UUID) -> str:
    """One of them. That it was read stands in the audit log, and the person can be told."""
    with unit_of_work() as uow:
        shared = actions.open_shared_check_in(uow, check_in_id=check_in_id)
    return render_template("milestones/shared_check_in.html", shared=shared)


@pages.post("/console/check-ins/<uuid:check_in_id>/seen")
def mark_shared_seen(check_in_id: UUID) -> PageResponse:
    """I have seen it."""
    with unit_of_work() as uow:
        actions.mark_shared_seen(uow, check_in_id=check_in_id)
    return redirect("/console/check-ins", code=303)
