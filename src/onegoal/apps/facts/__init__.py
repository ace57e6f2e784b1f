"""Records flow into the warehouse, and questions about figures are asked here."""
