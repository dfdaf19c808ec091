"""Training code of the Seedling text-to-image models (never needed to build or run the program)."""
