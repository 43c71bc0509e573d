//! The sizes at which a derivative is compared.

use std::collections::BTreeMap;

use beltrami_core::ExprId;

use super::{Comparison, dims};
use crate::sample::size_names;

/// Derivatives of at most so many entries are compared first.
const FEW_ENTRIES: usize = 10_000;
/// Derivatives of more entries are compared only if no assignment of sizes makes them smaller: their evaluation holds many
/// arrays of that size.
const MOST_ENTRIES: usize = 300_000;

impl Comparison<'_> {
    /// Assignments of small sizes; names differ in size, so that a misplaced transposition shows, and the order of sizes
    /// differs between assignments.
    pub(super) fn assignments(&self, derivative: ExprId) -> Vec<BTreeMap<String, i64>> {
        // Falling, rising and mixed: a condition such as full column rank holds for at least two of them.
        let patterns: [[i64; 5]; 8] = [
            [3, 2, 4, 2, 3],
            [4, 3, 2, 3, 2],
            [2, 3, 4, 3, 2],
            [3, 4, 2, 2, 3],
            [2, 4, 3, 2, 2],
            [4, 2, 3, 4, 3],
            [2, 2, 2, 3, 2],
            [3, 3, 3, 2, 3],
        ];
        let mut all = self.assigned(derivative, &patterns);
        // Sizes such as `m*n` make some assignments costly beyond use; these are the last resort.
        let entries = |sizes: &BTreeMap<String, i64>| {
            let axes =
                [&self.root].into_iter().chain(self.by).map(|id| dims(self.graph, *id, sizes));
            axes.fold(1_usize, |product, (m, n)| product.saturating_mul(m).saturating_mul(n))
        };
        all.sort_by_cached_key(|sizes| entries(sizes) > FEW_ENTRIES);
        if all.iter().any(|sizes| entries(sizes) <= MOST_ENTRIES) {
            all.retain(|sizes| entries(sizes) <= MOST_ENTRIES);
        }
        all
    }
    /// Assignments of the smallest sizes; none where all sizes are known.
    pub(super) fn smallest(&self, derivative: ExprId) -> Vec<BTreeMap<String, i64>> {
        let patterns: [[i64; 5]; 4] =
            [[2, 2, 2, 2, 2], [1, 1, 1, 1, 1], [1, 2, 3, 2, 1], [2, 1, 2, 1, 2]];
        let mut all = self.assigned(derivative, &patterns);
        all.retain(|sizes| !sizes.is_empty());
        all
    }

    /// The patterns, repeated, as sizes of the names that occur, without repetition; indices stay within their axes.
    fn assigned(&self, derivative: ExprId, patterns: &[[i64; 5]]) -> Vec<BTreeMap<String, i64>> {
        let mut roots: Vec<ExprId> = vec![self.root, derivative];
        roots.extend(self.variables.iter().map(|v| v.id));
        let names = size_names(self.graph, &roots);
        let is_index = |name: &str| self.indices.iter().any(|(index, _)| index == name);
        let (indices, names): (Vec<String>, Vec<String>) =
            names.into_iter().partition(|name| is_index(name));
        let mut all: Vec<BTreeMap<String, i64>> = Vec::new();
        for pattern in patterns {
            let mut sizes: BTreeMap<String, i64> =
                names.iter().enumerate().map(|(k, name)| (name.clone(), pattern[k % 5])).collect();
            for (place, index) in indices.iter().enumerate() {
                let bound = self.indices.iter().filter(|(name, _)| name == index);
                let least = bound
                    .filter_map(|(_, dim)| dim.evaluate(&|n| sizes.get(n).copied()))
                    .min()
                    .unwrap_or(1);
                sizes.insert(index.clone(), 1 + (place as i64 + pattern[0]) % least.max(1));
            }
            if !all.contains(&sizes) {
                all.push(sizes);
            }
        }
        all
    }
}
