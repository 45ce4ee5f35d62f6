"""Articles are data: what they hide or order is found at loading, withheld, and reported."""
