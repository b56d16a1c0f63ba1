"""The application's routes, one file per subject."""
