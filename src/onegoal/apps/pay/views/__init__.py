"""Pages of pay: statements, runs, schemes and their builder, members, disputes, adjustments, shares of deals."""
