"""What a new site is filled with: published facts of past rounds and, for trying it out, a fictional round."""
