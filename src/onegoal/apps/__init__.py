"""Django, one app per domain; the order between them is declared in pyproject.toml."""
