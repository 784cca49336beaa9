"""Pages of safety: reports and appeals for members, the queue of cases for coordinators."""
