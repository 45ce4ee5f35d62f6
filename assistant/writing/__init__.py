"""Answers that a language model writes from passages, every sentence checked before it shows."""
