"""The commands behind ``lateswap``, one file each."""
