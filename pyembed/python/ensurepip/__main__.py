import argparse
import sys

import ensurepip

parser = argparse.ArgumentParser(prog="python -m ensurepip")
parser.add_argument("--version", action="version", version=f"pip {ensurepip.version()}")
parser.add_argument("-v", "--verbose", action="count", default=0, dest="verbosity")
parser.add_argument("-U", "--upgrade", action="store_true")
parser.add_argument("--user", action="store_true")
parser.add_argument("--root")
parser.add_argument("--altinstall", action="store_true")
parser.add_argument("--default-pip", action="store_true")
sys.exit(ensurepip.bootstrap(**vars(parser.parse_args())))
