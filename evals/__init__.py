"""Evals: cases in, scores with reasons out; no judge model, no key, no network."""
