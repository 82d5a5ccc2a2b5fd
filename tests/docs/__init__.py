"""The pages in ``docs/``: every command in them runs, every link leads somewhere, generated pages are fresh."""
