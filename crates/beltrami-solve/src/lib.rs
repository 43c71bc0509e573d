//! Root finding and optimisation from parts: a step, a globalisation, a linear solver.
//!
//! It sees functions with their derivatives and never an expression; [`roots`] solves equations, [`linear`] linear ones step by step, [`minimize`] minimises.
//! *Invariant: no result without a status that names why the iteration ended, and no success without a measure within its
//! tolerance.*
#![warn(missing_docs)]

pub mod linear;
pub mod minimize;
pub mod roots;
