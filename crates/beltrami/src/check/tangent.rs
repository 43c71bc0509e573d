//! Directions within the structure of a variable.

use beltrami_calculus::Symmetric;
use beltrami_core::{ExprId, Facts};
use beltrami_exec::Tensor;

use super::Comparison;

impl Comparison<'_> {
    /// The direction within the variable's structure along which the derivative is the entry of the projected gradient.
    pub(super) fn tangent(
        &self,
        symbol: ExprId,
        e: &Tensor<f64>,
        value: &Tensor<f64>,
    ) -> Tensor<f64> {
        let facts = self.graph.facts(symbol);
        let n = e.rows();
        if self.symmetric == Symmetric::Ambient {
            return e.clone();
        }
        let masked = |keep: &dyn Fn(usize, usize) -> bool| {
            Tensor::from_fn(n, e.cols(), |i, j| if keep(i, j) { e.at(i, j) } else { 0.0 })
        };
        if facts.has(Facts::DIAGONAL) {
            masked(&|i, j| i == j)
        } else if facts.has(Facts::SYMMETRIC) {
            match self.symmetric {
                Symmetric::Free => {
                    Tensor::from_fn(
                        n,
                        n,
                        |i, j| if i == j { e.at(i, i) } else { e.at(i, j) + e.at(j, i) },
                    )
                }
                _ => Tensor::from_fn(n, n, |i, j| 0.5 * (e.at(i, j) + e.at(j, i))),
            }
        } else if facts.has(Facts::SKEW) {
            let share = if self.symmetric == Symmetric::Free { 1.0 } else { 0.5 };
            Tensor::from_fn(n, n, |i, j| share * (e.at(i, j) - e.at(j, i)))
        } else if facts.has(Facts::ORTHOGONAL) {
            let product = |a: &Tensor<f64>, b: &Tensor<f64>| {
                Tensor::from_fn(n, n, |i, j| (0..n).map(|k| a.at(i, k) * b.at(k, j)).sum())
            };
            let reflected = product(&product(value, &e.transpose()), value);
            Tensor::from_fn(n, n, |i, j| 0.5 * (e.at(i, j) - reflected.at(i, j)))
        } else if facts.has(Facts::LOWER) {
            masked(&|i, j| i >= j)
        } else if facts.has(Facts::UPPER) {
            masked(&|i, j| i <= j)
        } else {
            e.clone()
        }
    }
}
