"""The live room under load, each figure beside the floor and the documented pattern: `make bench-live`."""
