"""Fields that several schemas use: an address, a password, a handle."""

from typing import Any

from marshmallow import ValidationError, fields, validate

from community.core.characters import without_unseen
from community.core.schemas import SingleLineText
from community.core.unit_of_work import Role
from community.members.rules import accounts, handles, passwords

ROLES = [role.value for role in Role]


class Address(SingleLineText):
    """An e-mail address that mail can be sent to: plain letters, no quotes, at most 254 characters."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {"format": "email", "example": "juniper@example.org"}
        super().__init__(least=3, most=254, metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        address = without_unseen(super()._deserialize(value, attr, data, **kwargs))
        problem = accounts.address_problem(address)
        if problem:
            raise ValidationError(problem)
        return address


class Password(fields.String):
    """A password that is typed to prove one's identity."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {"validate": validate.Length(min=1, max=1000), "metadata": {"format": "password"}, **kwargs}
        super().__init__(load_only=True, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        password: str = super()._deserialize(value, attr, data, **kwargs)
        if any("\ud800" <= character <= "\udfff" for character in password):
            raise ValidationError("This has characters we can't use.")
        return password


class NewPassword(Password):
    """A new password of 15 to 200 characters. Its strength is checked where it is hashed."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {"minLength": passwords.MIN_LENGTH, "maxLength": passwords.MAX_LENGTH, "format": "password"}
        super().__init__(validate=None, metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        password = super()._deserialize(value, attr, data, **kwargs)
        problem = passwords.length_problem(password)
        if problem:
            raise ValidationError(problem)
        return passwords.normal_password(password)


class Handle(SingleLineText):
    """The name others see: 2 to 32 letters of one alphabet, digits, blanks, dots, dashes and apostrophes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(least=2, most=32, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if isinstance(value, str) and without_unseen(value) != value.strip():
            # It would equal another handle on screen.
            raise ValidationError("This has characters that can't be seen. Please remove them.")
        handle = super()._deserialize(value, attr, data, **kwargs)
        handle = handles.clean_handle(handle)
        problem = handles.handle_problem(handle)
        if problem:
            raise ValidationError(problem)
        return handle
