"""An automatic judge of prompt following in the manner of GenEval; README.md beside this file tells how to use it."""
