"""The model as a value, and the tables of what can be done with it: operations, operators, aggregates, dates."""
