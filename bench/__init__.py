"""Measurements against peers, in one run. Read the ratios: seconds belong to the machine. `make bench`."""
