"""Offline training of what the assistant ships as small weight files. Never used at run time."""
