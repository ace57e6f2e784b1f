"""A version of the plan as a workbook: one sheet for each department, written, read back, and marked where it is refused."""
