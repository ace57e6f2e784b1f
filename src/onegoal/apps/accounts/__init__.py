"""People who sign in: users, roles, teams, rights, API tokens."""
