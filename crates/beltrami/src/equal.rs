//! Expressions that are differentiable at the declared structure in another form alone.
//!
//! The singular values of an orthogonal matrix are all 1: as functions of any matrix they have no derivative there, and among
//! orthogonal matrices they are constant.

use std::collections::BTreeMap;

use beltrami_core::{ExprId, Graph};
use beltrami_exec::{Tensor, evaluate_many};

use crate::sample::{Drawn, Sampler, Style, size_names};
use crate::session::{Loaded, Session};

/// Values agree to the rounding of a few operations.
const TOLERANCE: f64 = 1e-10;

impl Session {
    /// The program with its shortest equal expression in the place of the written one; `None` where there is none, or where
    /// it does not have the same values.
    pub(crate) fn shortened(&self, loaded: &Loaded, seed: u64) -> Option<Loaded> {
        let mut program = loaded.program.clone();
        let root = self.simplify(&mut program.graph, program.root);
        let drawn = loaded.drawn();
        let equal = root != program.root
            && have_equal_values(&program.graph, [program.root, root], &drawn, seed);
        program.root = root;
        equal.then(|| Loaded { program, sources: loaded.sources.clone(), source: loaded.source })
    }
}

/// Whether two expressions have the same value at random points of two sizes.
fn have_equal_values(graph: &Graph, both: [ExprId; 2], variables: &[Drawn], seed: u64) -> bool {
    let mut sampler = Sampler::new(seed);
    let roots: Vec<ExprId> = variables.iter().map(|v| v.id).chain(both).collect();
    let names = size_names(graph, &roots);
    [[3, 2, 4], [2, 4, 3]].iter().all(|pattern| {
        let numbered = names.iter().zip(pattern.iter().cycle());
        let sizes: BTreeMap<String, i64> = numbered.map(|(name, n)| (name.clone(), *n)).collect();
        let size = |name: &str| sizes.get(name).copied();
        let Some(values) = sampler.values(graph, variables, &sizes, &|_| Style::Normal) else {
            return false;
        };
        let symbol = |name: &str| values.get(name).cloned();
        let found: Vec<Tensor<f64>> =
            evaluate_many(graph, &both, &size, &symbol).unwrap_or_default();
        let [written, shorter] = &found[..] else { return false };
        let largest = written.data().iter().fold(1.0_f64, |m, x| x.abs().max(m));
        let pairs = written.data().iter().zip(shorter.data());
        written.dims() == shorter.dims()
            && pairs.into_iter().all(|(a, b)| (a - b).abs() <= TOLERANCE * largest)
    })
}
