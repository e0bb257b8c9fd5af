"""How the detector is made: synthetic pages, the network, its loss, the training loop and the export."""
