"""What touches every app: imports, the demo, the supervisor's command."""
