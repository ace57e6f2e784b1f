"""The joint plan of marketing and sales: what planned leads bring and when, what is missing, and how likely the plan is."""
