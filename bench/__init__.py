"""The benchmarks: each prints one line a figure, measured on the running system."""
