"""`python -m photoscribe` is the command line."""

from photoscribe.cli.main import main

if __name__ == "__main__":
    main()
