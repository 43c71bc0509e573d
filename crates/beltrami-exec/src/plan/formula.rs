//! Formulas of scalar functions in plans.

use std::convert::Infallible;

use beltrami_core::{Algebra, Map, Number};

use crate::plan::node::{Binary, NodeId, Program, Unary};

impl Algebra for Program {
    type Value = NodeId;
    type Error = Infallible;

    fn number(&mut self, x: Number) -> Result<NodeId, Infallible> {
        Ok(self.constant(x.to_f64()))
    }

    fn neg(&mut self, a: NodeId) -> Result<NodeId, Infallible> {
        Ok(self.unary(Unary::Neg, a))
    }

    fn sum(&mut self, a: NodeId, b: NodeId) -> Result<NodeId, Infallible> {
        Ok(self.binary(Binary::Add, a, b))
    }

    fn difference(&mut self, a: NodeId, b: NodeId) -> Result<NodeId, Infallible> {
        Ok(self.binary(Binary::Sub, a, b))
    }

    fn product(&mut self, a: NodeId, b: NodeId) -> Result<NodeId, Infallible> {
        Ok(self.mul(a, b))
    }

    fn quotient(&mut self, a: NodeId, b: NodeId) -> Result<NodeId, Infallible> {
        Ok(self.binary(Binary::Div, a, b))
    }

    fn map(&mut self, map: Map, a: NodeId) -> Result<NodeId, Infallible> {
        Ok(self.unary(Unary::Map(map), a))
    }
}
