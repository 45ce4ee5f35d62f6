"""From passages to an answer made of quoted sentences."""
