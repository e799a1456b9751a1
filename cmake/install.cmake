# Filled by the commits that bring programs.
