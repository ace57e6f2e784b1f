"""Control of rejected leads and review of calls."""
