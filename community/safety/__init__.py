"""Safety: reports, cases, sanctions and appeals."""
