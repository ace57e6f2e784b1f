"""Pages and answers of feedback between the departments."""
