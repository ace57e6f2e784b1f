"""Reads of pay: names for formulas, rules in force, what is counted for whom, runs, statements, flags, what-if."""
