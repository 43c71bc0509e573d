//! Symmetric results, one triangle read or computed and both written, tile by tile.

use crate::dense::Element;

/// Entries of a side of a tile: two of them fit the first-level cache.
const TILE: usize = 32;

/// Copies the lower triangle of an `n×n` matrix to the upper one.
pub fn mirror<T: Element>(a: &mut [T], n: usize) {
    for top in (0..n).step_by(TILE) {
        let bottom = (top + TILE).min(n);
        for left in (0..=top).step_by(TILE) {
            // Rows of the upper triangle are written along, and the tile of the lower one is in cache.
            for j in left..(left + TILE).min(n) {
                for i in top.max(j + 1)..bottom {
                    a[j * n + i] = a[i * n + j];
                }
            }
        }
    }
}

/// `out ← factor*(A + A')` for an `n×n` matrix, symmetric to the last bit; `A` is read once.
///
/// # Panics
/// When there are not `n*n` entries.
pub fn symmetric_sum<T: Element>(out: &mut [T], a: &[T], n: usize, factor: T) {
    assert!(out.len() == n * n && a.len() == n * n, "{n}×{n}");
    let mut tile = [T::ZERO; TILE * TILE];
    for top in (0..n).step_by(TILE) {
        let height = TILE.min(n - top);
        for left in (0..=top).step_by(TILE) {
            let width = TILE.min(n - left);
            // The tile of the upper triangle, turned, so that what follows runs along rows.
            for j in 0..width {
                let row = &a[(left + j) * n + top..][..height];
                for (i, x) in row.iter().enumerate() {
                    tile[i * TILE + j] = *x;
                }
            }
            for i in 0..height {
                let below = &a[(top + i) * n + left..][..width];
                let to = &mut out[(top + i) * n + left..][..width];
                let sums = &mut tile[i * TILE..][..width];
                for ((sum, x), to) in sums.iter_mut().zip(below).zip(to) {
                    *sum = factor * (*sum + *x);
                    *to = *sum;
                }
            }
            if left < top {
                for j in 0..width {
                    let to = &mut out[(left + j) * n + top..][..height];
                    for (i, to) in to.iter_mut().enumerate() {
                        *to = tile[i * TILE + j];
                    }
                }
            }
        }
    }
}

/// `out ← A'` for a `rows×cols` matrix stored row by row.
///
/// # Panics
/// When the sizes do not fit.
pub fn transpose<T: Element>(out: &mut [T], a: &[T], rows: usize, cols: usize) {
    assert!(out.len() == rows * cols && a.len() == rows * cols, "{rows}×{cols}");
    for top in (0..rows).step_by(TILE) {
        for left in (0..cols).step_by(TILE) {
            for i in top..(top + TILE).min(rows) {
                for j in left..(left + TILE).min(cols) {
                    out[j * rows + i] = a[i * cols + j];
                }
            }
        }
    }
}
