//! Shapes of the arrays that stand for values.

use beltrami_core::{Dim, Shape};

/// The number of axes of the array that stands for a value of this shape.
pub(crate) fn rank(shape: &Shape) -> usize {
    if shape.is_scalar() {
        0
    } else if shape.is_vector() || shape.is_row() {
        1
    } else {
        2 + shape.more.len()
    }
}

/// The sizes of the axes of that array.
pub(crate) fn axes(shape: &Shape) -> Vec<Dim> {
    if rank(shape) < 2 {
        shape.axes().into_iter().filter(|axis| !axis.is_one()).collect()
    } else {
        shape.axes()
    }
}

/// `a/b` when `b` is one term that every term of `a` has for a factor.
pub(super) fn quotient(a: &Dim, b: &Dim) -> Option<Dim> {
    let [(divisors, n)] = b.terms() else { return None };
    a.terms().iter().try_fold(Dim::constant(0), |sum, (factors, m)| {
        let mut left = factors.clone();
        for divisor in divisors {
            left.remove(left.iter().position(|factor| factor == divisor)?);
        }
        let coefficient = (m % n == 0).then(|| Dim::constant(m / n))?;
        Some(sum.plus(&left.iter().fold(coefficient, |p, name| p.times(&Dim::symbol(name)))))
    })
}
