"""Ray-trace models, and compare rendered images and surfaces."""
