//! Solutions of systems of equations: Newton iterations from a starting point, and all roots in a box.
