"""What the departments tell each other: quality of leads, objections, questions with a due time."""
