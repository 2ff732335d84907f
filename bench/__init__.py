"""`make bench`: how near Onedoor comes to what this machine can do, in CPU per operation and as ratios to limits of the same run."""
