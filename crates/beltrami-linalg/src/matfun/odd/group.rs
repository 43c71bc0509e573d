//! The part of a matrix that belongs to some of its singular values.

use std::ops::Range;

use faer::MatRef;

use crate::matfun::perturbed::{Perturbed, subsets};
use crate::matrix::Matrix;
use crate::product::accumulate_block;

/// Of `A = [S; 0] + …`, a tall matrix in the bases of its singular vectors, the polar factor `U` of what belongs to some
/// positive singular values, and the projector `R = U'U` to their right singular vectors.
///
/// `U` is determined by `AU' = UA'` and `A'U = U'A`, which give its entries between different groups and its skew part
/// within one, and by `U = UR`, which gives the others; so nothing is divided by differences within a group.
pub(crate) struct Group {
    u: Perturbed,
    r: Perturbed,
    blocks: Blocks,
}

impl Group {
    pub(crate) fn new(s: &[f64], member: &[bool], a: &Perturbed) -> Group {
        let (n, height) = (s.len(), a.base().rows());
        let everything = member.iter().all(|x| *x);
        let unit =
            |rows: usize| Matrix::from_fn(rows, n, |i, j| f64::from(u8::from(i == j && member[i])));
        let mut u = Perturbed::constant(unit(height), a.sets());
        let mut r = Perturbed::constant(unit(n), a.sets());
        let blocks = Blocks::new(member, height);
        // The entries that products of A and U give; U = UR gives the others.
        let outside = |i: usize, j: usize| member[j] || i < n && member[i];
        for set in 1..a.sets() {
            let proper = |subset: usize| subset != 0 && subset != set;
            // AU' - UA' = 0 and A'U - U'A = 0, without the terms of the empty set of A.
            let (left, right) = match a.part(set).filter(|_| set.is_power_of_two()) {
                // U has ones and zeros alone.
                Some(a) => {
                    let of = |i: usize| f64::from(u8::from(member[i]));
                    let turned = |i: usize, j: usize| if i < n { a[(j, i)] * of(i) } else { 0.0 };
                    let left = |i: usize, j: usize| turned(i, j) - a[(i, j)] * of(j);
                    let right = |i: usize, j: usize| a[(i, j)] * of(i) - a[(j, i)] * of(j);
                    (Some(Matrix::from_fn(height, n, left)), Some(Matrix::from_fn(n, n, right)))
                }
                None => {
                    // The first n columns of -(M - M') with M = AU'.
                    let ahead = over(set, |sum, one, others| {
                        let (a, u) = (a.part(one)?, u.part(others)?);
                        blocks.add(sum, a.as_faer(), top(u).transpose(), outside)
                    });
                    let behind = match height == n {
                        true => ahead.as_ref().map(Matrix::transpose),
                        false => over(set, |sum, one, others| {
                            let (a, u) = (a.part(one)?, u.part(others)?);
                            blocks.add(sum, u.as_faer(), top(a).transpose(), outside)
                        }),
                    };
                    let inner = over(set, |sum, one, others| {
                        let (a, u) = (a.part(one)?, u.part(others)?);
                        blocks.add(sum, a.as_faer().transpose(), u.as_faer(), outside)
                    });
                    let right = inner.map(|m| m.transpose().plus(-1.0, &m));
                    (ahead.zip(behind).map(|(m, turned)| turned.plus(-1.0, &m)), right)
                }
            };
            // Of both terms of a set and the others one is the transpose of the other.
            let known = halves(set, |sum, one, others| {
                let (one, others) = (u.part(one)?, u.part(others)?);
                blocks.add(sum, one.as_faer().transpose(), others.as_faer(), |_, _| true)
            });
            let projectors = halves(set, |sum, one, others| {
                let (one, others) = (r.part(one)?, r.part(others)?);
                blocks.add(sum, one.as_faer(), others.as_faer(), |i, j| member[i] && member[j])
            });
            let squares = sum(known.clone(), projectors);
            let mut inside: Option<Matrix> = None;
            for subset in subsets(set).filter(|subset| proper(*subset)) {
                if let (Some(u), Some(r)) = (u.part(subset), r.part(set & !subset)) {
                    blocks.add(&mut inside, u.as_faer(), r.as_faer(), |i, j| !outside(i, j));
                }
            }
            if left.is_none() && squares.is_none() && inside.is_none() {
                continue;
            }
            let at = |x: &Option<Matrix>, i: usize, j: usize| x.as_ref().map_or(0.0, |x| x[(i, j)]);
            let entry = |i: usize, j: usize| {
                if i >= n {
                    return if member[j] { -at(&left, i, j) / s[j] } else { at(&inside, i, j) };
                }
                let (y, z) = (at(&left, i, j), at(&right, i, j));
                match (member[i], member[j]) {
                    (false, false) => at(&inside, i, j),
                    (true, true) => 0.5 * ((z - y) / (s[i] + s[j]) - at(&squares, i, j)),
                    _ => 0.5 * ((y + z) / (s[i] - s[j]) + (z - y) / (s[i] + s[j])),
                }
            };
            let part = Matrix::from_fn(height, n, entry);
            if !everything {
                // R = U'U; with all singular values it is the identity.
                let projector = Matrix::from_fn(n, n, |i, j| {
                    let with_base = f64::from(u8::from(member[i])) * part[(i, j)]
                        + f64::from(u8::from(member[j])) * part[(j, i)];
                    with_base + at(&known, i, j)
                });
                r.put(set, projector);
            }
            u.put(set, part);
        }
        Group { u, r, blocks }
    }

    /// The part of all directions of `slope*A*R + offset*U`.
    pub(crate) fn image(self, a: &Perturbed, slope: f64, offset: f64) -> Matrix {
        if slope == 0.0 {
            return self.u.full().scaled(offset);
        }
        let all = a.sets() - 1;
        let mut line: Option<Matrix> = None;
        for subset in subsets(all).filter(|subset| *subset != 0) {
            if let (Some(a), Some(r)) = (a.part(subset), self.r.part(all & !subset)) {
                self.blocks.add(&mut line, a.as_faer(), r.as_faer(), |_, _| true);
            }
        }
        let mut line = line.unwrap_or_else(|| Matrix::zeros(a.size().0, a.size().1));
        if let (Some(base), Some(r)) = (a.part(0), self.r.part(all)) {
            // [S; 0]*R.
            for i in 0..r.rows() {
                for j in 0..r.cols() {
                    line[(i, j)] += base[(i, i)] * r[(i, j)];
                }
            }
        }
        let line = line.scaled(slope);
        if offset == 0.0 { line } else { line.plus(offset, &self.u.full()) }
    }
}

/// Rows and columns by membership: many blocks of `U` and `R` are zero, and of many products not all are needed.
struct Blocks {
    of_columns: Vec<Range<usize>>,
    of_rows: Vec<Range<usize>>,
}

impl Blocks {
    fn new(member: &[bool], height: usize) -> Blocks {
        let n = member.len();
        let starts = (0..n).filter(|i| *i == 0 || member[*i] != member[*i - 1]);
        let mut starts: Vec<usize> = starts.collect();
        starts.push(n);
        let of_columns: Vec<_> = starts.windows(2).map(|ends| ends[0]..ends[1]).collect();
        let mut of_rows = of_columns.clone();
        if height > n {
            of_rows.push(n..height);
        }
        Blocks { of_columns, of_rows }
    }

    fn along(&self, length: usize) -> &[Range<usize>] {
        match self.of_columns.last() {
            Some(last) if last.end == length => &self.of_columns,
            _ => &self.of_rows,
        }
    }

    /// Adds the blocks of `X*Y` whose first entry is wanted to a sum.
    fn add(
        &self,
        sum: &mut Option<Matrix>,
        x: MatRef<'_, f64>,
        y: MatRef<'_, f64>,
        wanted: impl Fn(usize, usize) -> bool,
    ) -> Option<()> {
        let sum = sum.get_or_insert_with(|| Matrix::zeros(x.nrows(), y.ncols()));
        let zero =
            |x: MatRef<'_, f64>| (0..x.nrows()).all(|i| (0..x.ncols()).all(|j| x[(i, j)] == 0.0));
        for rows in self.along(x.nrows()) {
            for between in self.along(x.ncols()) {
                let x = x.submatrix(rows.start, between.start, rows.len(), between.len());
                if zero(x) {
                    continue;
                }
                for cols in self.along(y.ncols()) {
                    let y = y.submatrix(between.start, cols.start, between.len(), cols.len());
                    if wanted(rows.start, cols.start) && !zero(y) {
                        accumulate_block(sum, (rows.start, cols.start), x, y);
                    }
                }
            }
        }
        Some(())
    }
}

/// The sum over the directions of a set to which `f(sum, {i}, S∖{i})` adds.
fn over(set: usize, f: impl Fn(&mut Option<Matrix>, usize, usize) -> Option<()>) -> Option<Matrix> {
    let mut sum = None;
    for one in (0..usize::BITS).map(|i| 1 << i).filter(|one| set & one != 0) {
        f(&mut sum, one, set & !one);
    }
    sum
}

/// The sum over the ways to cut a set in two of what `f(sum, T, S∖T)` adds and its transpose.
fn halves(
    set: usize,
    f: impl Fn(&mut Option<Matrix>, usize, usize) -> Option<()>,
) -> Option<Matrix> {
    let mut sum = None;
    for subset in subsets(set).filter(|subset| *subset != 0 && *subset < set & !*subset) {
        f(&mut sum, subset, set & !subset);
    }
    let sum = sum?;
    Some(sum.plus(1.0, &sum.transpose()))
}

/// The square block above.
fn top(x: &Matrix) -> MatRef<'_, f64> {
    x.as_faer().submatrix(0, 0, x.cols(), x.cols())
}

fn sum(x: Option<Matrix>, y: Option<Matrix>) -> Option<Matrix> {
    match (x, y) {
        (Some(x), Some(y)) => Some(x.plus(1.0, &y)),
        (x, y) => x.or(y),
    }
}
