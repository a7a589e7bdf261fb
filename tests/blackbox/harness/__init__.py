"""What the black-box tests stand on: a target to start, its process, its log, its wire, and the checks afterwards."""
