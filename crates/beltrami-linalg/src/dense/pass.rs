//! `A'*f(A*x)` in one pass over `A`: gradients of sums over data, and products with their Hessians.

use std::array::from_fn;
use std::ops::Range;

use rayon::iter::{IntoParallelRefMutIterator, ParallelIterator};

use crate::dense::line::{AddRows, Rows, SLABS, slabs};
use crate::dense::{Element, Vectors};

/// Bytes of a block of rows, which is read a second time from the second-level cache.
const BLOCK: usize = 1 << 18;

/// Columns of results between the products at most.
pub const PASS_LINES: usize = 6;

/// The rows of one task: its part of each column, and of the result.
struct Part<'a, T> {
    top: usize,
    lines: [&'a mut [T]; PASS_LINES],
    sums: &'a mut [T],
    fine: bool,
}

/// `out ← A'*y` for a `rows×cols` matrix stored row by row, which is read once; whether `between` always held.
///
/// The first of `lines` becomes `A*x`, the last is `y`. For each block of rows, `between` is given the parts of all lines
/// and computes those after the first. `scratch` has as many numbers as [`crate::dense::line_product_scratch`] says.
/// # Panics
/// When the sizes do not fit, or there are more than [`PASS_LINES`] lines.
pub fn pass_product<T: Element>(
    out: &mut [T],
    (a, cols): (&[T], usize),
    x: &[T],
    lines: &mut [&mut [T]],
    between: &(impl Fn(Range<usize>, &mut [&mut [T]]) -> bool + Sync),
    scratch: &mut [T],
    threads: usize,
) -> bool {
    let (rows, count) = (lines[0].len(), lines.len());
    assert!(a.len() == rows * cols && x.len() == cols && out.len() == cols);
    let height = rows.div_ceil(slabs(rows, cols)).max(1);
    let block = (BLOCK / size_of::<T>() / cols.max(1)).clamp(8, height.max(8));
    let vectors = Vectors::new();
    let mut parts: [Part<'_, T>; SLABS] = from_fn(|_| Part {
        top: rows,
        lines: from_fn(|_| Default::default()),
        sums: Default::default(),
        fine: true,
    });
    let used = rows.div_ceil(height);
    let mut sums = scratch[..used * cols].chunks_mut(cols.max(1));
    for (place, part) in parts[..used].iter_mut().enumerate() {
        part.top = place * height;
        part.sums = sums.next().unwrap_or_default();
    }
    for (k, line) in lines.iter_mut().enumerate() {
        for (part, line) in parts.iter_mut().zip(line.chunks_mut(height)) {
            part.lines[k] = line;
        }
    }
    let task = |part: &mut Part<'_, T>| {
        part.sums.fill(T::ZERO);
        let rows = part.lines[0].len();
        for first in (0..rows).step_by(block) {
            let here = first..rows.min(first + block);
            let place = part.top + here.start..part.top + here.end;
            let data = &a[place.start * cols..place.end * cols];
            let mut lines: [&mut [T]; PASS_LINES] = from_fn(|_| Default::default());
            for (here_line, line) in lines.iter_mut().zip(&mut part.lines[..count]) {
                *here_line = &mut line[here.clone()];
            }
            vectors.kernel(Rows { out: &mut *lines[0], data, x });
            part.fine &= between(place, &mut lines[..count]);
            vectors.kernel(AddRows {
                sums: &mut *part.sums,
                data,
                x: &*lines[count - 1],
                near: true,
            });
        }
    };
    if threads > 1 && used > 1 {
        parts[..used].par_iter_mut().for_each(task);
    } else {
        parts[..used].iter_mut().for_each(task);
    }
    out.fill(T::ZERO);
    for part in &parts[..used] {
        out.iter_mut().zip(&*part.sums).for_each(|(out, sum)| *out += *sum);
    }
    parts.iter().all(|part| part.fine)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dense::line_product_scratch;

    #[test]
    fn one_pass_is_two_products() {
        for (m, n) in [(1, 1), (5, 3), (300, 70), (1000, 500), (20_000, 9)] {
            let a: Vec<f64> = (0..m * n).map(|k| ((k * 7919 + 13) % 1009) as f64 - 500.0).collect();
            let x: Vec<f64> = (0..n).map(|k| (k % 7) as f64 - 3.0).collect();
            let mut scratch = vec![0.0; line_product_scratch(m, n)];
            let product: Vec<f64> =
                a.chunks(n).map(|row| row.iter().zip(&x).map(|(a, x)| a * x).sum()).collect();
            let weights: Vec<f64> =
                product.iter().enumerate().map(|(i, u)| 2.0 * u + i as f64).collect();
            for threads in [1, 2] {
                let (mut u, mut y, mut out) = (vec![0.0; m], vec![0.0; m], vec![0.0; n]);
                let fine = pass_product(
                    &mut out,
                    (&a, n),
                    &x,
                    &mut [&mut u, &mut y],
                    &|rows, lines| {
                        let (u, y) = lines.split_at_mut(1);
                        for (i, (y, u)) in rows.zip(y[0].iter_mut().zip(&*u[0])) {
                            *y = 2.0 * u + i as f64;
                        }
                        true
                    },
                    &mut scratch,
                    threads,
                );
                // Whole numbers below 2^53 are summed without rounding.
                assert!(fine && u == product && y == weights, "{m}×{n}");
                for j in 0..n {
                    let sum: f64 = (0..m).map(|i| a[i * n + j] * weights[i]).sum();
                    assert!(out[j] == sum, "{m}×{n}: {j}");
                }
            }
        }
    }
}
