"""`python -m canton.cli`: the same as `canton`."""

from canton.cli import main

main(prog_name="canton")
