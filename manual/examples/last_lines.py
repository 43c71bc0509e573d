"""Prints the first line of a file and its last ones."""

import sys

lines = open(sys.argv[1]).read().splitlines()
print("\n".join([lines[0], *lines[-6:]]))
