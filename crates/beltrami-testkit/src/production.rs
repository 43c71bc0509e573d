//! One way to make an expression of a wanted shape.

use beltrami_core::Shape;

use crate::need::Need;
use crate::tree::Pattern;

/// One way to make an expression of a wanted shape.
#[derive(Clone, Debug)]
pub struct Production {
    /// How it is written.
    pub pattern: Pattern,
    /// What the arguments must be.
    pub arguments: Vec<(Shape, Need)>,
    /// How often it is taken, compared with others.
    pub weight: u32,
}

impl Production {
    /// A production of the usual weight.
    pub fn new(pattern: Pattern, arguments: Vec<(Shape, Need)>) -> Production {
        Production { pattern, arguments, weight: 3 }
    }

    /// The same with another weight.
    pub fn weighing(mut self, weight: u32) -> Production {
        self.weight = weight;
        self
    }
}
