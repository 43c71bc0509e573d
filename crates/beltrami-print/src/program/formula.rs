//! Formulas of scalar functions as array operations.

use beltrami_core::{Algebra, Graph, Kernel, Map, Number};

use super::operation::{ArrayId, Operation, Program, Sign};
use crate::module::Unsupported;

/// A program that formulas are written into, and the records that say how functions are spelled.
pub(super) struct Formulas<'a> {
    pub graph: &'a Graph,
    pub program: &'a mut Program,
}

impl Algebra for Formulas<'_> {
    type Value = ArrayId;
    type Error = Unsupported;

    fn number(&mut self, x: Number) -> Result<ArrayId, Unsupported> {
        Ok(self.program.number(x))
    }

    fn neg(&mut self, a: ArrayId) -> Result<ArrayId, Unsupported> {
        Ok(self.program.apply(Operation::Negative, &[a]))
    }

    fn sum(&mut self, a: ArrayId, b: ArrayId) -> Result<ArrayId, Unsupported> {
        Ok(self.program.infix(Sign::Plus, a, b))
    }

    fn difference(&mut self, a: ArrayId, b: ArrayId) -> Result<ArrayId, Unsupported> {
        Ok(self.program.infix(Sign::Minus, a, b))
    }

    fn product(&mut self, a: ArrayId, b: ArrayId) -> Result<ArrayId, Unsupported> {
        Ok(self.program.infix(Sign::Times, a, b))
    }

    fn quotient(&mut self, a: ArrayId, b: ArrayId) -> Result<ArrayId, Unsupported> {
        Ok(self.program.infix(Sign::Over, a, b))
    }

    fn map(&mut self, map: Map, a: ArrayId) -> Result<ArrayId, Unsupported> {
        let registry = self.graph.registry();
        let op = registry.with_kernel(Kernel::Map(map));
        let op = op.ok_or_else(|| Unsupported::new(format!("`{map}`")))?;
        Ok(self.program.apply(Operation::Map(map, registry.op(op).numpy), &[a]))
    }
}
