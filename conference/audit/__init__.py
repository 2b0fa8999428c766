"""The append-only log of what organizers, chairs and the safety team do."""
