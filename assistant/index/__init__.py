"""Articles turned into something that can be searched: build once, read from anywhere."""
