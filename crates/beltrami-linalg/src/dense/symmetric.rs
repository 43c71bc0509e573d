//! Symmetric results, one triangle read or computed and both written, tile by tile.
//!
//! Blocks are turned in registers. Rows of a tile lie far apart in memory, where the machine foresees no access: the lines
//! of the next tile are asked for while one is computed, without which a sum takes two to three times as long.

use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use crate::dense::turn::{Shuffles, Turn, begins_line, fetch};
use crate::dense::{Element, Vectors};

/// Entries of a side of a tile: what is read and written of two of them stays in the second-level cache.
const TILE: usize = 64;

/// Copies the lower triangle of an `n×n` matrix to the upper one.
pub fn mirror<T: Element>(a: &mut [T], n: usize) {
    let vectors = Vectors::new();
    let shuffles = vectors.shuffles();
    vectors.run(
        #[inline(always)]
        || mirror_kernel(shuffles, a, n),
    );
}

#[inline(always)]
fn mirror_kernel<T: Element>(shuffles: Shuffles, a: &mut [T], n: usize) {
    pairs::<T>(
        n,
        #[inline(always)]
        |i, j, next| {
            if let Some((row, col)) = next
                && begins_line::<T>(row)
            {
                fetch(a, col * n + row, n, T::SIDE);
            }
            if i == j {
                for i in i..i + T::SIDE {
                    (j..i).for_each(|j| a[j * n + i] = a[i * n + j]);
                }
            } else {
                let block = T::turned(shuffles, &T::read(&a[i * n + j..], n));
                T::write(&block, &mut a[j * n + i..], n);
            }
        },
    );
    for i in n / T::SIDE * T::SIDE..n {
        (0..i).for_each(|j| a[j * n + i] = a[i * n + j]);
    }
}

/// The blocks of the lower triangle tile by tile, each with the block in its place of the next tile.
#[inline(always)]
fn pairs<T: Turn>(n: usize, mut block: impl FnMut(usize, usize, Option<(usize, usize)>)) {
    let whole = n / T::SIDE * T::SIDE;
    for top in (0..whole).step_by(TILE) {
        for left in (0..=top).step_by(TILE) {
            let next = if left < top { (top, left + TILE) } else { (top + TILE, 0) };
            for i in (top..whole.min(top + TILE)).step_by(T::SIDE) {
                for j in (left..=i.min(left + TILE - T::SIDE)).step_by(T::SIDE) {
                    // Of tiles on the diagonal only half is computed, all is asked for before the next.
                    let ahead = (next.0 + i - top, next.1 + j - left);
                    block(i, j, (ahead.0 < n).then_some(ahead));
                }
            }
        }
    }
}

/// `out ← factor*(A + A')` for an `n×n` matrix, symmetric to the last bit.
///
/// One thread reads `A` once and writes two tiles for each pair of tiles; several take rows of tiles and read it twice.
/// # Panics
/// When there are not `n*n` entries.
pub fn symmetric_sum<T: Element>(out: &mut [T], a: &[T], n: usize, factor: T, threads: usize) {
    assert!(out.len() == n * n && a.len() == n * n, "{n}×{n}");
    let vectors = Vectors::new();
    let sum = Sum { shuffles: vectors.shuffles(), a, n, factor };
    if threads > 1 && n > 4 * TILE {
        out.par_chunks_mut(TILE * n).enumerate().for_each(|(place, out)| {
            vectors.run(
                #[inline(always)]
                || sum.rows(out, place * TILE),
            );
        });
    } else {
        vectors.run(
            #[inline(always)]
            || sum.pairs(out),
        );
    }
}

/// `factor*(A + A')`.
struct Sum<'a, T> {
    shuffles: Shuffles,
    a: &'a [T],
    n: usize,
    factor: T,
}

impl<T: Element> Sum<'_, T> {
    #[inline(always)]
    fn entry(&self, i: usize, j: usize) -> T {
        self.factor * (self.a[i * self.n + j] + self.a[j * self.n + i])
    }

    #[inline(always)]
    fn block(&self, i: usize, j: usize) -> T::Block {
        let (a, n) = (self.a, self.n);
        let turned = T::turned(self.shuffles, &T::read(&a[j * n + i..], n));
        let factor = self.factor;
        T::joined(
            &T::read(&a[i * n + j..], n),
            &turned,
            #[inline(always)]
            |x, y| factor * (x + y),
        )
    }

    /// By pairs of tiles on both sides of the diagonal.
    #[inline(always)]
    fn pairs(&self, out: &mut [T]) {
        let n = self.n;
        pairs::<T>(
            n,
            #[inline(always)]
            |i, j, next| {
                if let Some((row, col)) = next {
                    if begins_line::<T>(row) {
                        fetch(self.a, col * n + row, n, T::SIDE);
                        fetch(out, col * n + row, n, T::SIDE);
                    }
                    if begins_line::<T>(col) {
                        fetch(self.a, row * n + col, n, T::SIDE);
                        fetch(out, row * n + col, n, T::SIDE);
                    }
                }
                let block = self.block(i, j);
                T::write(&block, &mut out[i * n + j..], n);
                T::write(&T::turned(self.shuffles, &block), &mut out[j * n + i..], n);
            },
        );
        for i in n / T::SIDE * T::SIDE..n {
            for j in 0..=i {
                let x = self.entry(i, j);
                (out[i * n + j], out[j * n + i]) = (x, x);
            }
        }
    }

    /// Some rows, from `top`.
    #[inline(always)]
    fn rows(&self, out: &mut [T], top: usize) {
        let (n, side) = (self.n, T::SIDE);
        let height = out.len() / n;
        let (whole, across) = (height / side * side, n / side * side);
        for left in (0..across).step_by(TILE) {
            for i in (0..whole).step_by(side) {
                for j in (left..across.min(left + TILE)).step_by(side) {
                    if begins_line::<T>(i) {
                        fetch(self.a, (j + TILE) * n + top + i, n, side);
                    }
                    if begins_line::<T>(j - left) {
                        fetch(self.a, (top + i) * n + j + TILE, n, side);
                        fetch(out, i * n + j + TILE, n, side);
                    }
                    T::write(&self.block(top + i, j), &mut out[i * n + j..], n);
                }
            }
        }
        for i in 0..height {
            for j in (if i < whole { across } else { 0 })..n {
                out[i * n + j] = self.entry(top + i, j);
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
    let vectors = Vectors::new();
    vectors.run(
        #[inline(always)]
        || {
            for top in (0..rows).step_by(TILE) {
                for left in (0..cols).step_by(TILE) {
                    let (height, width) = (TILE.min(rows - top), TILE.min(cols - left));
                    let (to, from) = (&mut out[left * rows + top..], &a[top * cols + left..]);
                    turn(vectors, to, rows, from, cols, height, width);
                }
            }
        },
    );
}

/// Writes the transpose of a `height×width` part of a matrix; both have rows of a width of their own in memory.
///
/// Blocks of a few rows and columns are turned in registers, so that whole runs are read and written. To be called within
/// [`Vectors::run`].
///
/// # Panics
/// When a row ends beyond what is given.
#[inline(always)]
pub fn turn<T: Element>(
    vectors: Vectors,
    out: &mut [T],
    out_width: usize,
    a: &[T],
    a_width: usize,
    height: usize,
    width: usize,
) {
    let shuffles = vectors.shuffles();
    let (whole_height, whole_width) = (height / T::SIDE * T::SIDE, width / T::SIDE * T::SIDE);
    for i in (0..whole_height).step_by(T::SIDE) {
        for j in (0..whole_width).step_by(T::SIDE) {
            let block = T::turned(shuffles, &T::read(&a[i * a_width + j..], a_width));
            T::write(&block, &mut out[j * out_width + i..], out_width);
        }
    }
    for i in 0..height {
        for j in (if i < whole_height { whole_width } else { 0 })..width {
            out[j * out_width + i] = a[i * a_width + j];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: Element>() {
        // Sizes beside the sides of blocks and tiles.
        for n in [1, 3, 4, 7, 8, 9, 31, 63, 64, 65, 127, 130, 300] {
            let a: Vec<T> =
                (0..n * n).map(|k| T::from_f64(((k * 7919 + 13) % 1009) as f64)).collect();
            for threads in [1, 2] {
                let mut out = vec![T::ZERO; n * n];
                symmetric_sum(&mut out, &a, n, T::from_f64(2.0), threads);
                let mut both = a.clone();
                mirror(&mut both, n);
                for i in 0..n {
                    for j in 0..n {
                        let (x, y) = (a[i * n + j].to_f64(), a[j * n + i].to_f64());
                        assert!(out[i * n + j].to_f64() == 2.0 * (x + y), "{n}: {i}, {j}");
                        let lower = if i > j { x } else { y };
                        assert!(i == j || both[i * n + j].to_f64() == lower, "{n}: {i}, {j}");
                    }
                }
            }
            for cols in [1, 5, 64, 70] {
                let a: Vec<T> = (0..n * cols).map(|k| T::from_f64(k as f64)).collect();
                let mut out = vec![T::ZERO; n * cols];
                transpose(&mut out, &a, n, cols);
                for (k, x) in a.iter().enumerate() {
                    assert!(out[k % cols * n + k / cols] == *x, "{n}×{cols}: {k}");
                }
            }
        }
    }

    #[test]
    fn what_is_turned_in_blocks_is_what_the_definition_says() {
        check::<f64>();
        check::<f32>();
    }
}
