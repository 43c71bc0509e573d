//! The sizes at which a derivative is compared.

use std::collections::BTreeMap;

use beltrami_core::{Dim, ExprId, Graph, Kernel};

use super::{Comparison, DIRECTIONS, MAX_ENTRIES, dims, domain};
use crate::sample::size_names;

/// Derivatives of at most so many entries are compared first.
const FEW_ENTRIES: usize = 10_000;
/// Derivatives of more entries are compared only if no assignment of sizes makes them smaller: their evaluation holds many
/// arrays of that size.
const MOST_ENTRIES: usize = 300_000;

/// Derivatives of more entries are not compared.
const MOST_AT_ALL: usize = 1 << 24;
/// Products in all evaluations at one point; about a second.
const MOST_WORK: f64 = 1e9;

/// The largest number that stands as a rank in an expression.
pub(crate) fn largest_rank(graph: &Graph, root: ExprId) -> i64 {
    let ranks = graph.reachable(root).into_iter().filter_map(|id| {
        let [_, rank] = graph.args_of(id, Kernel::LowRank)? else { return None };
        graph.number_of(*rank)?.as_int()
    });
    ranks.max().unwrap_or(0)
}

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
        let entries = |sizes: &BTreeMap<String, i64>| self.entries(sizes);
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
        all.retain(|sizes| !sizes.is_empty() && self.numbers.is_empty());
        all
    }

    /// The size of the derivative, where comparing it at any of the assignments would take too long or too much memory.
    pub(super) fn excess(
        &self,
        formulas: &[ExprId],
        assignments: &[BTreeMap<String, i64>],
    ) -> Option<String> {
        let beyond = |sizes: &BTreeMap<String, i64>| {
            let entries = self.entries(sizes);
            let directions = if entries <= MAX_ENTRIES { entries } else { DIRECTIONS };
            entries > MOST_AT_ALL || directions as f64 * self.work(formulas, sizes) > MOST_WORK
        };
        let sizes = assignments.first().filter(|_| assignments.iter().all(beyond))?;
        let axes = [&self.root].into_iter().chain(self.by).flat_map(|id| {
            let (m, n) = dims(self.graph, *id, sizes);
            [m, n]
        });
        let axes: Vec<String> = axes.filter(|n| *n > 1).map(|n| n.to_string()).collect();
        Some(axes.join("×"))
    }

    /// The number of entries of the derivative.
    fn entries(&self, sizes: &BTreeMap<String, i64>) -> usize {
        let axes = [&self.root].into_iter().chain(self.by).map(|id| dims(self.graph, *id, sizes));
        axes.fold(1_usize, |product, (m, n)| product.saturating_mul(m).saturating_mul(n))
    }

    /// About the number of products in one evaluation of the expression and of formulas.
    fn work(&self, formulas: &[ExprId], sizes: &BTreeMap<String, i64>) -> f64 {
        let size = |dim: &Dim| dim.evaluate(&|n| sizes.get(n).copied()).unwrap_or(1).max(1) as f64;
        let mut parts: Vec<ExprId> =
            formulas.iter().chain([&self.root]).flat_map(|id| self.graph.reachable(*id)).collect();
        parts.sort();
        parts.dedup();
        let of_part = |id: ExprId| {
            let own: f64 = self.graph.shape(id).axes().iter().map(size).product();
            // Products of matrices, and functions of them, take a sum over an axis for each entry.
            let longest = match domain::of_entries(self.graph, id) {
                true if self.graph.args_of(id, Kernel::MatMul).is_none() => 1.0,
                _ => {
                    let args = self.graph.args(id).iter();
                    let axes = args.flat_map(|arg| self.graph.shape(*arg).axes());
                    axes.map(|axis| size(&axis)).fold(1.0, f64::max)
                }
            };
            own.max(longest) * longest
        };
        parts.into_iter().map(of_part).sum()
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
        let mut ranks: Vec<i64> = self.numbers.values().copied().collect();
        ranks.sort_unstable();
        ranks.dedup();
        for (place, pattern) in patterns.iter().enumerate() {
            let mut sizes: BTreeMap<String, i64> =
                names.iter().enumerate().map(|(k, name)| (name.clone(), pattern[k % 5])).collect();
            let least = largest_rank(self.graph, self.root) + 1;
            for (name, number) in self.numbers {
                let rank = ranks.iter().position(|n| n == number).unwrap_or(0) as i64;
                let (first, step) = (least.max(2) + place as i64 % 3, 1 + place as i64 / 3);
                sizes.insert(name.clone(), first + step * rank);
            }
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
