"""Pure optimiser: Problem in, Plan out; knows no database and no HTTP."""
