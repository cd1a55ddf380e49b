"""Training of vipsam's own promptable segmentation models."""
