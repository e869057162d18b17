"""What each command of `linli` does, a file per group of commands."""
