//! Directions within the structure of a variable.

use beltrami_calculus::Symmetric;
use beltrami_core::{ExprId, Sign, Space, Structure};
use beltrami_exec::Tensor;

use super::Comparison;
use crate::space::projected;

impl Comparison<'_> {
    /// The direction within the variable's structure along which the derivative is the entry of the projected gradient.
    pub(super) fn tangent(
        &self,
        symbol: ExprId,
        e: &Tensor<f64>,
        value: &Tensor<f64>,
    ) -> Tensor<f64> {
        let Some(structure) = Structure::of(self.graph.facts(symbol)) else { return e.clone() };
        match (self.symmetric, structure.space) {
            (Symmetric::Ambient, _) => e.clone(),
            // An entry moves its mirror image by as much; one on the diagonal is its own.
            (Symmetric::Free, Space::Mirrored(sign)) => {
                let n = e.rows();
                Tensor::from_fn(n, n, |i, j| match sign {
                    Sign::Plus if i == j => e.at(i, i),
                    sign => e.at(i, j) + sign.number() * e.at(j, i),
                })
            }
            (_, space) => projected(space, e, value),
        }
    }
}
