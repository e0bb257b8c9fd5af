"""The classifier: what it trains on, its network, training, calibration and export."""
