"""Shapes of the audit log, and of the accesses that members see."""

from marshmallow import fields

from community.core.schemas import StrictSchema, UtcDateTime, page_of


class AccessSchema(StrictSchema):
    """An access of staff to something of mine. `who` is set where I had shared it with them, and in my conversation."""

    id = fields.UUID()
    at = UtcDateTime()
    what = fields.String(metadata={"enum": ["check_in", "appeal", "identity", "room", "conversation"]})
    who = fields.String(allow_none=True)
    made_at = UtcDateTime(allow_none=True)
    url = fields.String(allow_none=True)
    why = fields.String(allow_none=True)


AccessPage = page_of(AccessSchema, "AccessPage")


class AuditEntrySchema(StrictSchema):
    """An entry of the audit log: who of the staff did or read what, about whom."""

    id = fields.UUID()
    at = UtcDateTime()
    actor = fields.String(allow_none=True)
    action = fields.String()
    subject_id = fields.UUID(allow_none=True)
    member = fields.String(allow_none=True)
    facts = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True))
    place = fields.Integer(allow_none=True)


AuditPage = page_of(AuditEntrySchema, "AuditPage")
