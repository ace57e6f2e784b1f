"""The joint plan of marketing and sales: versions, cells, checks, simulation, signatures, and the payment forecast."""
