//! Derivatives of roots at diagonal matrices, from the equations that define them.

use std::num::NonZeroU32;

use crate::dense::Vectors;
use crate::matrix::Matrix;
use crate::product::{accumulate, product};

/// Highest order for which divided differences of roots are sums of powers.
pub(crate) const MOST_TERMS: u32 = 16;

/// `1/Σₖ rᵢᵏrⱼ^(p-1-k)`, the divided differences of the `p`-th root at numbers with the roots `r`; no term is negative, so
/// that nothing loses digits.
pub(crate) fn root_differences(r: &[f64], p: NonZeroU32) -> Matrix {
    let n = r.len();
    let mut found = Matrix::from_fn(n, n, |_, _| 1.0);
    Vectors::new().run(
        #[inline(always)]
        || {
            for (row, x) in found.data_mut().chunks_exact_mut(n.max(1)).zip(r) {
                let mut power = 1.0;
                for _ in 1..p.get() {
                    power *= x;
                    row.iter_mut().zip(r).for_each(|(sum, y)| *sum = *sum * y + power);
                }
                row.iter_mut().for_each(|sum| *sum = 1.0 / *sum);
            }
        },
    );
    found
}

/// The second derivative at `diag(λ)` of `A^(1/2^halvings)`, or of its inverse, along two directions, both symmetric or
/// not.
///
/// With `X*X = A`, every part of a perturbed root follows from `XS + SX = M`, where `M` has the products of the parts that are
/// known; between eigenvectors that divides by sums of roots, and nothing by a difference.
pub(crate) fn second_of_root(
    values: &[f64],
    (e, f): (&Matrix, &Matrix),
    symmetric: bool,
    halvings: u32,
    inverse: bool,
) -> Matrix {
    let mut roots = values.to_vec();
    let (mut e, mut f) = (e.clone(), f.clone());
    let mut mixed = Matrix::zeros(values.len(), values.len());
    for _ in 0..halvings {
        roots.iter_mut().for_each(|x| *x = x.max(0.0).sqrt());
        let over_sums = |x: &mut Matrix| entrywise(x, &roots, |x, r, s| x / (r + s));
        over_sums(&mut e);
        over_sums(&mut f);
        mixed = mixed.plus(-1.0, &both_orders((&e, &f), (&f, &e), symmetric));
        over_sums(&mut mixed);
    }
    if inverse {
        // The inverse Y of X has the parts -YEY and YEYFY + YFYEY - YMY.
        roots.iter_mut().for_each(|x| *x = 1.0 / *x);
        let turned = |x: &Matrix| {
            let mut x = x.clone();
            entrywise(&mut x, &roots, |x, _, y| x * y);
            x
        };
        let products = both_orders((&turned(&e), &f), (&turned(&f), &e), symmetric);
        mixed = products.plus(-1.0, &mixed);
        entrywise(&mut mixed, &roots, |x, y, z| x * y * z);
    }
    mixed
}

/// The sum of two products, of which one is the transpose of the other where that is said.
fn both_orders(one: (&Matrix, &Matrix), other: (&Matrix, &Matrix), symmetric: bool) -> Matrix {
    let mut sum = product(one.0, one.1);
    if symmetric {
        return sum.plus(1.0, &sum.transpose());
    }
    accumulate(&mut sum, true, other.0.as_faer(), other.1.as_faer(), 1.0);
    sum
}

/// `xᵢⱼ ← f(xᵢⱼ, vᵢ, vⱼ)`.
pub(crate) fn entrywise(x: &mut Matrix, v: &[f64], f: impl Fn(f64, f64, f64) -> f64) {
    Vectors::new().run(
        #[inline(always)]
        || {
            for (row, r) in x.data_mut().chunks_exact_mut(v.len().max(1)).zip(v) {
                row.iter_mut().zip(v).for_each(|(x, s)| *x = f(*x, *r, *s));
            }
        },
    );
}
