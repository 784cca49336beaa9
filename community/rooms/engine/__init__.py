"""Engine of chat: the group commit of messages, the live feed of open rooms, and the search index."""
