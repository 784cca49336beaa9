"""The machine behind chat: the group commit of messages, and the feed that shows them live."""
