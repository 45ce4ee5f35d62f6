"""The running chat in a real browser: what its tests and the screenshots share."""
