"""What states, kinds and reasons are called in Indonesian: on pages, in files, to whoever reads."""
