"""Pages of the regulation: versions, the editor, the trial, decisions on leads, the suppressed."""
