"""The deal board: stages, stock and reservations, discounts, payment schedules, contracts, agencies' clients."""
