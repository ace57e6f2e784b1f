"""The shared KPI: one active for each scope and period, its versions and signatures, and its attainment."""
