"""The report of a backtest: one page that opens offline."""
