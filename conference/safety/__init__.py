"""Code of conduct, reports and cases."""
