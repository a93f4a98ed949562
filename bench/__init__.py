"""How fast, how light: figures as ratios, taken side by side in one run (`make bench`)."""
