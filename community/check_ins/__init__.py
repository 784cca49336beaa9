"""Check-ins: answers about a day, who they are shared with, and the schedule of prompts."""
