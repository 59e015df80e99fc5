"""This installation: its clock, which a demo or a test can move on, and the few facts it keeps about itself."""
