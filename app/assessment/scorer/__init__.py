"""The offline scorer: how well an answer matches a reference, by signs of the text alone."""
