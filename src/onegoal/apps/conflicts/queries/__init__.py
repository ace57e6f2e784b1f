"""Reads of the audit: the company's months, its people under their schemes, what else is amiss, and reports."""
