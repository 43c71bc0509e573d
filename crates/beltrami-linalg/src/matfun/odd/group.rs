//! The part of a matrix that belongs to some of its singular values.

use crate::matfun::perturbed::Perturbed;
use crate::matrix::Matrix;
use crate::product::{product_transposed, transposed_product};

/// Of `A = [S; 0] + …`, a tall matrix in the bases of its singular vectors, the polar factor `U` of what belongs to some
/// positive singular values, and the projector `R = U'U` to their right singular vectors.
///
/// `U` is determined by `AU' = UA'` and `A'U = U'A`, which give its entries between different groups and its skew part
/// within one, and by `U = UR`, which gives the others; so nothing is divided by differences within a group.
pub(crate) struct Group {
    u: Perturbed,
    r: Perturbed,
}

impl Group {
    pub(crate) fn new(s: &[f64], member: &[bool], a: &Perturbed) -> Group {
        let (n, height) = (s.len(), a.base().rows());
        let everything = member.iter().all(|x| *x);
        let unit =
            |rows: usize| Matrix::from_fn(rows, n, |i, j| f64::from(u8::from(i == j && member[i])));
        let mut u = Perturbed::constant(unit(height), a.sets());
        let mut r = Perturbed::constant(unit(n), a.sets());
        for set in 1..a.sets() {
            let proper = |subset: usize| subset != 0 && subset != set;
            // AU' - UA' = 0 and A'U - U'A = 0, without the terms of the empty set of A.
            let left = twisted(set, |of, without| Some(outer(a.part(of)?, u.part(without)?)));
            let right =
                twisted(set, |of, without| Some(transposed_product(a.part(of)?, u.part(without)?)));
            let squares = sum(u.transposed_convolved(set, proper), r.convolved(&r, set, proper));
            let inside = u.convolved(&r, set, proper);
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
                let known = u.transposed_convolved(set, proper);
                let projector = Matrix::from_fn(n, n, |i, j| {
                    let with_base = f64::from(u8::from(member[i])) * part[(i, j)]
                        + f64::from(u8::from(member[j])) * part[(j, i)];
                    with_base + at(&known, i, j)
                });
                r.put(set, projector);
            }
            u.put(set, part);
        }
        Group { u, r }
    }

    /// The part of all directions of `slope*A*R + offset*U`.
    pub(crate) fn image(self, a: &Perturbed, slope: f64, offset: f64) -> Matrix {
        if slope == 0.0 {
            return self.u.full().scaled(offset);
        }
        let all = a.sets() - 1;
        let line = a.convolved(&self.r, all, |_| true);
        let line = line.unwrap_or_else(|| Matrix::zeros(a.base().rows(), a.base().cols()));
        let line = line.scaled(slope);
        if offset == 0.0 { line } else { line.plus(offset, &self.u.full()) }
    }
}

/// `-(M - M')` with `M = Σ f({i}, S∖{i})` over the directions of a set.
fn twisted(set: usize, f: impl Fn(usize, usize) -> Option<Matrix>) -> Option<Matrix> {
    let directions = (0..usize::BITS).map(|i| 1 << i).filter(|one| set & one != 0);
    let terms = directions.filter_map(|one| f(one, set & !one));
    let m = terms.reduce(|sum, term| sum.plus(1.0, &term))?;
    Some(m.transpose().plus(-1.0, &m))
}

fn sum(x: Option<Matrix>, y: Option<Matrix>) -> Option<Matrix> {
    match (x, y) {
        (Some(x), Some(y)) => Some(x.plus(1.0, &y)),
        (x, y) => x.or(y),
    }
}

/// `X*Y'`.
fn outer(x: &Matrix, y: &Matrix) -> Matrix {
    product_transposed(x, y)
}
