"""Folds: state as a function of the events so far."""
