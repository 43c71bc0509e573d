//! Products of a matrix and a column: every entry is read once, so memory sets the pace.

use pulp::{Simd, WithSimd};
use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use crate::dense::{Element, Lanes, Vectors, View};

/// Partial sums of a row, each a vector: as many as additions that do not wait for one another.
const SUMS: usize = 8;

/// Rows of which a stripe is in registers for both products of `(A + A')*x`.
const ROWS: usize = 4;

/// Vectors of a sum that are added to in one turn of a loop.
const UNROLLED: usize = 4;

/// Bytes of a row from which eight rows are added at a time. Shorter rows are read one after another: memory is fetched
/// ahead within a page, and rows side by side would be as many short runs of it.
const LONG_ROW: usize = 4096;

/// Bytes of a matrix that is likely in cache, where there is nothing to be fetched ahead.
const NEAR: usize = 1 << 23;

/// Entries of a matrix that are worth a task of their own.
const TASK: usize = 1 << 17;

/// Tasks at most.
pub(super) const SLABS: usize = 16;

/// The sum of products of entries.
///
/// # Panics
/// When the lengths differ.
pub fn dot<T: Element>(x: &[T], y: &[T]) -> T {
    assert_eq!(x.len(), y.len());
    let mut out = [T::ZERO];
    Vectors::new().kernel(Rows { out: &mut out, data: x, x: y });
    out[0]
}

/// How many numbers [`line_product`] needs besides the result.
pub fn line_product_scratch(rows: usize, cols: usize) -> usize {
    slabs(rows, cols) * cols
}

/// Tasks that a matrix is cut into: a power of two, so that threads have equal parts.
pub(super) fn slabs(rows: usize, cols: usize) -> usize {
    (rows * cols / TASK).clamp(1, SLABS).next_power_of_two().min(rows.max(1))
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
    let vectors = Vectors::new();
    let slabs = slabs(rows, cols);
    let height = rows.div_ceil(slabs);
    let used = rows.div_ceil(height);
    let threads = if used > 1 { threads } else { 1 };
    let scratch = &mut scratch[..if a.transposed || both { used * cols } else { 0 }];
    if both {
        // The slab's own rows of `A*x` go to `out`, its part of `A'*x` to its scratch.
        let task = |place: usize, out: &mut [T], sums: &mut [T]| {
            let data = &a.data[place * height * cols..][..out.len() * cols];
            let here = &x[place * height..][..out.len()];
            vectors.kernel(Both { out, sums, data, here, x });
        };
        if threads > 1 {
            let tasks = out.par_chunks_mut(height).zip(scratch.par_chunks_mut(cols));
            tasks.enumerate().for_each(|(place, (out, sums))| task(place, out, sums));
        } else {
            let tasks = out.chunks_mut(height).zip(scratch.chunks_mut(cols));
            tasks.enumerate().for_each(|(place, (out, sums))| task(place, out, sums));
        }
        for sums in scratch.chunks(cols) {
            out.iter_mut().zip(sums).for_each(|(out, sum)| *out += *sum);
        }
    } else if a.transposed {
        let near = size_of_val(a.data) <= NEAR;
        let task = |place: usize, sums: &mut [T]| {
            let (top, bottom) = (place * height, ((place + 1) * height).min(rows));
            let data = &a.data[top * cols..bottom * cols];
            sums.fill(T::ZERO);
            vectors.kernel(AddRows { sums, data, x: &x[top..bottom], near });
        };
        if threads > 1 {
            scratch.par_chunks_mut(cols).enumerate().for_each(|(place, sums)| task(place, sums));
        } else {
            scratch.chunks_mut(cols).enumerate().for_each(|(place, sums)| task(place, sums));
        }
        out.copy_from_slice(&scratch[..cols]);
        for sums in scratch.chunks(cols).skip(1) {
            out.iter_mut().zip(sums).for_each(|(out, sum)| *out += *sum);
        }
    } else {
        let task = |place: usize, out: &mut [T]| {
            let data = &a.data[place * height * cols..][..out.len() * cols];
            vectors.kernel(Rows { out, data, x });
        };
        if threads > 1 {
            out.par_chunks_mut(height).enumerate().for_each(|(place, out)| task(place, out));
        } else {
            out.chunks_mut(height).enumerate().for_each(|(place, out)| task(place, out));
        }
    }
    if factor != T::ONE {
        out.iter_mut().for_each(|out| *out *= factor);
    }
}

/// Numbers of a vector at most.
const WIDEST: usize = 16;

/// Where the numbers of a row that fill no vector are read with some before them, as one vector.
#[derive(Clone, Copy)]
struct Last {
    start: usize,
    width: usize,
    rest: usize,
}

impl Last {
    /// For rows of `n` numbers; none when there are too few, or whole vectors alone.
    #[inline(always)]
    fn new<S: Simd, T: Lanes>(n: usize) -> Option<Last> {
        let width = size_of::<T::Vector<S>>() / size_of::<T>();
        let rest = n % width;
        (width <= WIDEST && rest > 0 && n >= width).then(|| Last { start: n - width, width, rest })
    }

    #[inline(always)]
    fn read<S: Simd, T: Lanes>(self, row: &[T]) -> T::Vector<S> {
        T::vectors::<S>(&row[self.start..][..self.width]).0[0]
    }

    /// Of a row the numbers that fill no vector, zeros in place of those before them.
    #[inline(always)]
    fn alone<S: Simd, T: Lanes + Element>(self, row: &[T]) -> T::Vector<S> {
        let mut numbers = [T::ZERO; WIDEST];
        let first = self.width - self.rest;
        numbers[first..self.width].copy_from_slice(&row[self.start + first..]);
        T::vectors::<S>(&numbers[..self.width]).0[0]
    }

    /// Adds the numbers that fill no vector.
    #[inline(always)]
    fn add<S: Simd, T: Lanes + Element>(self, sums: &mut [T], vector: T::Vector<S>) {
        let mut numbers = [T::ZERO; WIDEST];
        T::vectors_mut::<S>(&mut numbers[..self.width]).0[0] = vector;
        let first = self.width - self.rest;
        let sums = &mut sums[self.start + first..];
        sums.iter_mut().zip(&numbers[first..]).for_each(|(sum, x)| *sum += *x);
    }
}

/// `out ← A*x`.
pub(super) struct Rows<'a, T> {
    pub(super) out: &'a mut [T],
    pub(super) data: &'a [T],
    pub(super) x: &'a [T],
}

impl<T: Lanes + Element> WithSimd for Rows<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (xs, x_rest) = T::vectors::<S>(self.x);
        let (x_blocks, x_few) = xs.as_chunks::<SUMS>();
        let last = Last::new::<S, T>(self.x.len()).map(|last| (last, last.alone::<S, T>(self.x)));
        for (out, row) in self.out.iter_mut().zip(self.data.chunks_exact(self.x.len())) {
            let (vectors, rest) = T::vectors::<S>(row);
            let (blocks, few) = vectors.as_chunks::<SUMS>();
            let mut sums = [T::splat(simd, T::ZERO); SUMS];
            for (a, x) in blocks.iter().zip(x_blocks) {
                for k in 0..SUMS {
                    sums[k] = T::times_plus(simd, a[k], x[k], sums[k]);
                }
            }
            for (sum, (a, x)) in sums.iter_mut().zip(few.iter().zip(x_few)) {
                *sum = T::times_plus(simd, *a, *x, *sum);
            }
            let mut half = SUMS / 2;
            while half > 0 {
                for k in 0..half {
                    sums[k] = T::plus(simd, sums[k], sums[k + half]);
                }
                half /= 2;
            }
            match &last {
                Some((last, x)) => {
                    sums[0] = T::times_plus(simd, last.read::<S, T>(row), *x, sums[0]);
                    *out = T::total(simd, sums[0]);
                }
                None => {
                    let rest = rest.iter().zip(x_rest);
                    *out = rest.fold(T::total(simd, sums[0]), |sum, (a, x)| sum + *a * *x);
                }
            }
        }
    }
}

/// `sums ← sums + A'*x`.
pub(super) struct AddRows<'a, T> {
    pub(super) sums: &'a mut [T],
    pub(super) data: &'a [T],
    pub(super) x: &'a [T],
    /// Whether the rows are in cache already.
    pub(super) near: bool,
}

impl<T: Lanes + Element> WithSimd for AddRows<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let n = self.sums.len();
        let eights = self.near || size_of_val(self.sums) >= LONG_ROW;
        let done = if eights { self.x.len() / 8 * 8 } else { 0 };
        let (eights, ones) = self.data.split_at(done * n);
        let mut last = Last::new::<S, T>(n).map(|last| (last, T::splat(simd, T::ZERO)));
        for (x, rows) in self.x.chunks_exact(8).zip(eights.chunks_exact(8 * n)) {
            add_some::<S, T, 8>(simd, self.sums, &mut last, rows, x);
        }
        for (x, row) in self.x[done..].chunks_exact(1).zip(ones.chunks_exact(n)) {
            add_some::<S, T, 1>(simd, self.sums, &mut last, row, x);
        }
        if let Some((last, vector)) = last {
            last.add::<S, T>(self.sums, vector);
        }
    }
}

#[inline(always)]
fn add_some<S: Simd, T: Lanes + Element, const COUNT: usize>(
    simd: S,
    sums: &mut [T],
    last: &mut Option<(Last, T::Vector<S>)>,
    data: &[T],
    x: &[T],
) {
    let n = sums.len();
    let (sums, sums_rest) = T::vectors_mut::<S>(sums);
    let mut rows: [&[T::Vector<S>]; COUNT] = [&[]; COUNT];
    let mut factors = [T::splat(simd, T::ZERO); COUNT];
    for k in 0..COUNT {
        rows[k] = &T::vectors::<S>(&data[k * n..][..n]).0[..sums.len()];
        factors[k] = T::splat(simd, x[k]);
    }
    let (blocks, few) = sums.as_chunks_mut::<UNROLLED>();
    for (place, sums) in blocks.iter_mut().enumerate() {
        let mut totals = *sums;
        for k in 0..COUNT {
            let row = &rows[k][place * UNROLLED..][..UNROLLED];
            for j in 0..UNROLLED {
                totals[j] = T::times_plus(simd, row[j], factors[k], totals[j]);
            }
        }
        *sums = totals;
    }
    let first = blocks.len() * UNROLLED;
    for (j, sum) in few.iter_mut().enumerate() {
        for k in 0..COUNT {
            *sum = T::times_plus(simd, rows[k][first + j], factors[k], *sum);
        }
    }
    if let Some((last, sum)) = last {
        for k in 0..COUNT {
            *sum = T::times_plus(simd, last.read::<S, T>(&data[k * n..][..n]), factors[k], *sum);
        }
        return;
    }
    let done = n - sums_rest.len();
    for (j, sum) in sums_rest.iter_mut().enumerate() {
        for k in 0..COUNT {
            *sum += x[k] * data[k * n + done + j];
        }
    }
}

/// Rows of `A*x` and their part of `A'*x`: an entry is in a register for both.
struct Both<'a, T> {
    out: &'a mut [T],
    sums: &'a mut [T],
    data: &'a [T],
    /// The entries of `x` at the rows.
    here: &'a [T],
    x: &'a [T],
}

impl<T: Lanes + Element> WithSimd for Both<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let n = self.x.len();
        self.sums.fill(T::ZERO);
        let done = self.out.len() / ROWS * ROWS;
        let (blocks, last) = self.out.split_at_mut(done);
        let (data, last_data) = self.data.split_at(done * n);
        let rows = data.chunks_exact(ROWS * n).zip(self.here.chunks_exact(ROWS));
        for (out, (data, here)) in blocks.chunks_exact_mut(ROWS).zip(rows) {
            both_of_some::<S, T, ROWS>(simd, out, self.sums, data, here, self.x);
        }
        let rows = last_data.chunks_exact(n).zip(self.here[done..].chunks_exact(1));
        for (out, (data, here)) in last.chunks_exact_mut(1).zip(rows) {
            both_of_some::<S, T, 1>(simd, out, self.sums, data, here, self.x);
        }
    }
}

#[inline(always)]
fn both_of_some<S: Simd, T: Lanes + Element, const COUNT: usize>(
    simd: S,
    out: &mut [T],
    sums: &mut [T],
    data: &[T],
    here: &[T],
    x: &[T],
) {
    let n = x.len();
    let (xs, x_rest) = T::vectors::<S>(x);
    let (sums, sums_rest) = T::vectors_mut::<S>(sums);
    let sums = &mut sums[..xs.len()];
    let mut rows: [&[T::Vector<S>]; COUNT] = [&[]; COUNT];
    let mut factors = [T::splat(simd, T::ZERO); COUNT];
    let mut products = [T::splat(simd, T::ZERO); COUNT];
    for k in 0..COUNT {
        rows[k] = &T::vectors::<S>(&data[k * n..][..n]).0[..xs.len()];
        factors[k] = T::splat(simd, here[k]);
    }
    for (j, sum) in sums.iter_mut().enumerate() {
        let (x, mut total) = (xs[j], *sum);
        for k in 0..COUNT {
            let a = rows[k][j];
            products[k] = T::times_plus(simd, a, x, products[k]);
            total = T::times_plus(simd, a, factors[k], total);
        }
        *sum = total;
    }
    let done = n - x_rest.len();
    for k in 0..COUNT {
        out[k] = T::total(simd, products[k]);
        for (j, (x, sum)) in x_rest.iter().zip(&mut *sums_rest).enumerate() {
            let a = data[k * n + done + j];
            out[k] += a * *x;
            *sum += here[k] * a;
        }
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
