//! Minima of functions of many variables.
