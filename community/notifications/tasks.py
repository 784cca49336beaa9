"""What the way out of the house gives coordinators to do."""

from community.core.subscribers import Settled, Task, tasks
from community.core.unit_of_work import Reading
from community.notifications.events import AddressRefused, AddressTried


@tasks.on(AddressRefused)
def find_another_address(_look: Reading, event: AddressRefused) -> Task:
    """Ask them for another address."""
    return Task(
        title="Mail does not reach somebody",
        url=f"/console/members/{event.member_id}",
        subject=event.member_id,
        hidden_from=[event.member_id],
    )


@tasks.on(AddressTried)
def address_is_mended(_look: Reading, event: AddressTried) -> Settled:
    """They say that it works again."""
    return Settled(kind=AddressRefused.name, subject=event.member_id, by=event.member_id)
