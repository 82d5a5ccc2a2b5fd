"""The suite as a Pod: its image, its manifests, and how results come out."""
