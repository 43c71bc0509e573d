//! Perturbed numbers, and determinants of small perturbed matrices.

use crate::matfun::perturbed::{Perturbed, subsets};
use crate::matrix::Matrix;

/// A perturbed number: its parts by the set of directions.
pub(super) type Numbers = Vec<f64>;

/// The product.
pub(super) fn times(x: &[f64], y: &[f64]) -> Numbers {
    let part = |set: usize| subsets(set).map(|subset| x[subset] * y[set & !subset]).sum();
    (0..x.len()).map(part).collect()
}

/// The exponential of a number whose part of the empty set is 0.
pub(super) fn exponential(x: &[f64]) -> Numbers {
    let mut found = vec![0.0; x.len()];
    found[0] = 1.0;
    for set in 1..x.len() {
        // The derivative by the first direction of the set is that of x times the exponential.
        let first = set & set.wrapping_neg();
        let terms =
            subsets(set & !first).map(|rest| x[first | rest] * found[set & !(first | rest)]);
        found[set] = terms.sum();
    }
    found
}

/// The determinant and the adjugate of a perturbed matrix of a few rows, by products and sums alone.
pub(super) fn minors(a: &Perturbed) -> (Numbers, Perturbed) {
    let (n, sets) = (a.base().rows(), a.sets());
    let entry = |i: usize, j: usize| -> Numbers {
        (0..sets).map(|set| a.part(set).map_or(0.0, |part| part[(i, j)])).collect()
    };
    let entries: Vec<Numbers> = (0..n * n).map(|at| entry(at / n, at % n)).collect();
    let all: Vec<usize> = (0..n).collect();
    let determinant = determinant_by_minors(&entries, n, &all, &all, sets);
    let mut parts = vec![Matrix::zeros(n, n); sets];
    for i in 0..n {
        for j in 0..n {
            let without = |k: usize| -> Vec<usize> { (0..n).filter(|l| *l != k).collect() };
            let minor = determinant_by_minors(&entries, n, &without(i), &without(j), sets);
            let sign = if (i + j) % 2 == 0 { 1.0 } else { -1.0 };
            for (part, x) in parts.iter_mut().zip(minor) {
                part[(j, i)] = sign * x;
            }
        }
    }
    let mut adjugate = Perturbed::zero(n, n, sets);
    for (set, part) in parts.into_iter().enumerate() {
        adjugate.put(set, part);
    }
    (determinant, adjugate)
}

/// Of the given rows and columns, by minors of the last columns in the order of their number of rows: `2^n` of them.
fn determinant_by_minors(
    entries: &[Numbers],
    n: usize,
    rows: &[usize],
    cols: &[usize],
    sets: usize,
) -> Numbers {
    let size = rows.len();
    let mut one = vec![0.0; sets];
    one[0] = 1.0;
    let mut found: Vec<Numbers> = vec![one; 1 << size];
    for chosen in 1..1_usize << size {
        // The rows that are chosen, with as many of the first columns; expanded by the last of these.
        let col = cols[chosen.count_ones() as usize - 1];
        let mut sum = vec![0.0; sets];
        for (place, row) in rows.iter().enumerate().filter(|(place, _)| chosen >> place & 1 == 1) {
            let after = (chosen >> (place + 1)).count_ones();
            let sign = if after % 2 == 0 { 1.0 } else { -1.0 };
            let term = times(&entries[row * n + col], &found[chosen & !(1 << place)]);
            sum.iter_mut().zip(term).for_each(|(sum, x)| *sum += sign * x);
        }
        found[chosen] = sum;
    }
    found.pop().unwrap_or_default()
}
