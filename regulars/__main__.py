"""`python -m regulars`."""

from regulars.doors.cli.main import main

main()
