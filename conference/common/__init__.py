"""What every app stands on: access declarations, keys, registries, jobs, Markdown and time zones."""
