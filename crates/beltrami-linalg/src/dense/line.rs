//! Products of a matrix and a column: every entry is read once, so memory sets the pace.

use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use crate::dense::{Element, View};

/// Partial sums of a row: enough for every register of the widest vectors to add in parallel.
const LANES: usize = 32;

/// Entries of a matrix that are worth a task of their own.
const TASK: usize = 1 << 17;

/// The sum of products of entries.
///
/// # Panics
/// When the lengths differ.
pub fn dot<T: Element>(x: &[T], y: &[T]) -> T {
    assert_eq!(x.len(), y.len());
    pulp::Arch::new().dispatch(
        #[inline(always)]
        || dot_kernel(x, y),
    )
}

/// How many numbers [`line_product`] needs besides the result.
pub fn line_product_scratch(rows: usize, cols: usize) -> usize {
    slabs(rows, cols) * cols
}

fn slabs(rows: usize, cols: usize) -> usize {
    (rows * cols / TASK).clamp(1, 16).min(rows.max(1))
}

/// `out ← factor*A*x`, or with `both` `out ← factor*(A + A')*x` of a square matrix, which is read once.
///
/// `scratch` has [`line_product_scratch`] numbers for the matrix as it is stored, which only what is transposed needs.
/// # Panics
/// When the sizes do not fit.
pub fn line_product<T: Element>(
    out: &mut [T],
    a: View<'_, T>,
    both: bool,
    x: &[T],
    factor: T,
    scratch: &mut [T],
    threads: usize,
) {
    assert!(a.cols == x.len() && a.rows == out.len() && (!both || a.rows == a.cols));
    let (rows, cols) = if a.transposed { (a.cols, a.rows) } else { (a.rows, a.cols) };
    if rows == 0 || cols == 0 {
        return out.fill(T::ZERO);
    }
    let arch = pulp::Arch::new();
    if !a.transposed && !both {
        let height = rows.div_ceil(slabs(rows, cols));
        let task = |place: usize, out: &mut [T]| {
            let data = &a.data[place * height * cols..][..out.len() * cols];
            arch.dispatch(
                #[inline(always)]
                || {
                    for (out, row) in out.iter_mut().zip(data.chunks_exact(cols)) {
                        *out = factor * dot_kernel(row, x);
                    }
                },
            );
        };
        if threads > 1 && height < rows {
            out.par_chunks_mut(height).enumerate().for_each(|(place, out)| task(place, out));
        } else {
            out.chunks_mut(height).enumerate().for_each(|(place, out)| task(place, out));
        }
        return;
    }
    let slabs = slabs(rows, cols);
    let height = rows.div_ceil(slabs);
    let scratch = &mut scratch[..slabs * cols];
    if both {
        // The slab's own rows of `A*x` go to `out`, its part of `A'*x` to its scratch.
        let task = |place: usize, out: &mut [T], sums: &mut [T]| {
            let data = &a.data[place * height * cols..][..out.len() * cols];
            let x_here = &x[place * height..][..out.len()];
            arch.dispatch(
                #[inline(always)]
                || both_kernel(out, sums, data, x_here, x),
            );
        };
        let used = rows.div_ceil(height);
        let scratch = &mut scratch[..used * cols];
        if threads > 1 && used > 1 {
            let tasks = out.par_chunks_mut(height).zip(scratch.par_chunks_mut(cols));
            tasks.enumerate().for_each(|(place, (out, sums))| task(place, out, sums));
        } else {
            let tasks = out.chunks_mut(height).zip(scratch.chunks_mut(cols));
            tasks.enumerate().for_each(|(place, (out, sums))| task(place, out, sums));
        }
        for sums in scratch.chunks(cols) {
            out.iter_mut().zip(sums).for_each(|(out, sum)| *out += *sum);
        }
        if factor != T::ONE {
            out.iter_mut().for_each(|out| *out *= factor);
        }
        return;
    }
    let task = |place: usize, sums: &mut [T]| {
        let (top, bottom) = ((place * height).min(rows), ((place + 1) * height).min(rows));
        let data = &a.data[top * cols..bottom * cols];
        arch.dispatch(
            #[inline(always)]
            || {
                sums.fill(T::ZERO);
                add_rows(sums, data, &x[top..bottom]);
            },
        );
    };
    if threads > 1 && slabs > 1 {
        scratch.par_chunks_mut(cols).enumerate().for_each(|(place, sums)| task(place, sums));
    } else {
        scratch.chunks_mut(cols).enumerate().for_each(|(place, sums)| task(place, sums));
    }
    out.copy_from_slice(&scratch[..cols]);
    for sums in scratch.chunks(cols).skip(1) {
        out.iter_mut().zip(sums).for_each(|(out, sum)| *out += *sum);
    }
    if factor != T::ONE {
        out.iter_mut().for_each(|out| *out *= factor);
    }
}

#[inline(always)]
pub(crate) fn dot_kernel<T: Element>(x: &[T], y: &[T]) -> T {
    let mut sums = [T::ZERO; LANES];
    let (xs, x_rest) = x.as_chunks::<LANES>();
    let (ys, y_rest) = y.as_chunks::<LANES>();
    let mut tail = T::ZERO;
    for (x, y) in x_rest.iter().zip(y_rest) {
        tail += *x * *y;
    }
    for (x, y) in xs.iter().zip(ys) {
        for lane in 0..LANES {
            sums[lane] += x[lane] * y[lane];
        }
    }
    halve(&mut sums);
    sums[0] + tail
}

/// The sum of all lanes, gathered in the first one.
#[inline(always)]
pub(crate) fn halve<T: Element>(sums: &mut [T; LANES]) {
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            sums[lane] += sums[lane + half];
        }
        half /= 2;
    }
}

/// `sums ← sums + Σ xᵢ rowᵢ`, four rows at a time, so that the sums are read and written a quarter as often.
#[inline(always)]
fn add_rows<T: Element>(sums: &mut [T], data: &[T], x: &[T]) {
    let n = sums.len();
    let (fours, rest) = (x.chunks_exact(4), x.chunks_exact(4).remainder());
    let done = x.len() - rest.len();
    for (x, rows) in fours.zip(data.chunks_exact(4 * n)) {
        let (a, others) = rows.split_at(n);
        let (b, others) = others.split_at(n);
        let (c, d) = others.split_at(n);
        let (b, c, d) = (&b[..n], &c[..n], &d[..n]);
        for (j, (sum, a)) in sums.iter_mut().zip(a).enumerate() {
            *sum += (x[0] * *a + x[1] * b[j]) + (x[2] * c[j] + x[3] * d[j]);
        }
    }
    for (x, row) in rest.iter().zip(data[done * n..].chunks_exact(n)) {
        for (sum, a) in sums.iter_mut().zip(row) {
            *sum += *x * *a;
        }
    }
}

/// Rows of `A*x` and their part of `A'*x`, a block of four rows at a time while it is in cache.
#[inline(always)]
fn both_kernel<T: Element>(out: &mut [T], sums: &mut [T], data: &[T], x_here: &[T], x: &[T]) {
    let n = x.len();
    sums.fill(T::ZERO);
    let blocks = out.chunks_mut(4).zip(data.chunks(4 * n)).zip(x_here.chunks(4));
    for ((out, rows), x_rows) in blocks {
        for (out, row) in out.iter_mut().zip(rows.chunks_exact(n)) {
            *out = dot_kernel(row, x);
        }
        add_rows(sums, rows, x_rows);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers without a pattern that would hide a wrong index.
    fn numbers(len: usize) -> Vec<f64> {
        (0..len).map(|k| ((k * 7919 + 13) % 1009) as f64 / 1009.0 - 0.5).collect()
    }

    #[test]
    fn products_with_a_column_are_those_of_the_definition() {
        for (m, n) in [(1, 1), (3, 5), (7, 40), (65, 33), (700, 300), (1000, 1000)] {
            let a = numbers(m * n);
            let (x, y) = (numbers(n), numbers(m));
            let view = View::new(&a, m, n);
            let mut scratch = vec![0.0; line_product_scratch(m, n)];
            for threads in [1, 2] {
                let mut out = vec![0.0; m];
                line_product(&mut out, view, false, &x, 2.0, &mut scratch, threads);
                for i in 0..m {
                    let sum: f64 = (0..n).map(|j| a[i * n + j] * x[j]).sum();
                    // Sums of n numbers below one, in another order.
                    assert!((out[i] - 2.0 * sum).abs() <= 1e-15 * n as f64, "{m}×{n} row {i}");
                }
                let mut out = vec![0.0; n];
                line_product(&mut out, view.transpose(), false, &y, 2.0, &mut scratch, threads);
                for j in 0..n {
                    let sum: f64 = (0..m).map(|i| a[i * n + j] * y[i]).sum();
                    assert!((out[j] - 2.0 * sum).abs() <= 1e-15 * m as f64, "{m}×{n} column {j}");
                }
                if m == n {
                    let mut out = vec![0.0; n];
                    line_product(&mut out, view, true, &x, 3.0, &mut scratch, threads);
                    for i in 0..n {
                        let sum: f64 = (0..n).map(|j| (a[i * n + j] + a[j * n + i]) * x[j]).sum();
                        assert!((out[i] - 3.0 * sum).abs() <= 3e-15 * n as f64, "{n} row {i}");
                    }
                }
            }
        }
    }
}
