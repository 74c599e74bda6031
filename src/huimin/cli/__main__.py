"""``python -m huimin.cli``: the command line without an installed script."""

from huimin.cli import main

main()
