"""Pages of the shared KPI: list, one KPI, the form, and what is done with it."""
