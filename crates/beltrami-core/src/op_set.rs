//! Sets of operations.

use crate::registry::OpId;

/// A set of operations, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpSet([u64; 4]);

impl OpSet {
    /// Adds an operation.
    ///
    /// Operations beyond the width of the set are not recorded: such a one is never missing.
    pub fn insert(&mut self, op: OpId) {
        if let Some(word) = self.0.get_mut(usize::from(op.0) / 64) {
            *word |= 1 << (op.0 % 64);
        }
    }

    /// Whether all operations of this set are in the other.
    pub fn within(&self, other: &OpSet) -> bool {
        self.0.iter().zip(&other.0).all(|(own, all)| own & !all == 0)
    }
}
