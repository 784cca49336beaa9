"""Pages, API and commands of coordinators: tasks, invitations, members, shifts and failed events."""
