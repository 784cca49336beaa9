"""Actions of members and coordinators on reports, cases and appeals."""
