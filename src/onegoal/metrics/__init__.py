"""The one catalogue of figures: Ibis tables in, Ibis tables out."""
