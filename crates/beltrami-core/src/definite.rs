//! Definiteness that is plain from the form of an expression.

use crate::facts::Facts;
use crate::graph::{ExprId, Graph};
use crate::kernel::Kernel;

impl Graph {
    /// Whether `x'*A*x >= 0` is plain from the form: definite, a Gram matrix, or sums and nonnegative multiples of such.
    pub fn is_semidefinite(&self, id: ExprId) -> bool {
        let matrix = !self.shape(id).is_scalar();
        match self.application(id) {
            _ if self.facts(id).has(Facts::SPD) => true,
            Some((Kernel::Add, [a, b])) => self.is_semidefinite(*a) && self.is_semidefinite(*b),
            Some((Kernel::Scale, [s, a])) => {
                self.facts(*s).has(Facts::NONNEGATIVE) && self.is_semidefinite(*a)
            }
            Some((Kernel::MatMul, _)) if matrix => {
                let chain: Vec<ExprId> =
                    self.chain(id).into_iter().map(|factor| self.unscaled(factor)).collect();
                let (half, last) = (chain.len() / 2, chain.len() - 1);
                let mirrored =
                    (0..half).all(|place| self.is_transpose_of(chain[place], chain[last - place]));
                mirrored
                    && (chain.len().is_multiple_of(2) || self.facts(chain[half]).has(Facts::SPD))
            }
            _ => false,
        }
    }

    /// The factor without a nonnegative multiplier.
    fn unscaled(&self, id: ExprId) -> ExprId {
        match self.args_of(id, Kernel::Scale) {
            Some([s, a]) if self.facts(*s).has(Facts::NONNEGATIVE) => self.unscaled(*a),
            _ => id,
        }
    }
}
