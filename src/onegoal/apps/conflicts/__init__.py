"""The audit of KPI conflicts: where pay rises while the shared KPI falls."""
