//! Odd polynomials of a matrix, `X ← X*(c₀*I + c₁*X'X + c₂*(X'X)² + …)`.

use faer::{Mat, MatRef};

use crate::polar::arithmetic::{Arithmetic, Real};
use crate::polar::layout::scale;
use crate::schedule::{OddPolynomial, Schedule};

/// One step on `X`, `m×n` with `m ≥ n`, given its Gram matrix.
///
/// The term `c₀*X` is added in the accumulator: a stored `c₀*I + …` would lose the digits of the rest.
pub(crate) fn step<T: Real>(
    x: MatRef<'_, T>,
    gram: MatRef<'_, T>,
    polynomial: &OddPolynomial,
    arithmetic: Arithmetic,
) -> Mat<T> {
    let c = &polynomial.coefficients;
    match rest(gram, c, arithmetic) {
        None => {
            let mut out = x.to_owned();
            scale(&mut out, c.first().copied().unwrap_or(0.0));
            arithmetic.stored(out)
        }
        Some(rest) => arithmetic.product(1.0, x, rest.as_ref(), Some((c[0], x))),
    }
}

/// All steps of a schedule, one after another.
pub(crate) fn direct<T: Real>(
    mut x: Mat<T>,
    schedule: &Schedule,
    arithmetic: Arithmetic,
) -> Mat<T> {
    for polynomial in &schedule.steps {
        let gram = arithmetic.gram(x.as_ref());
        x = step(x.as_ref(), gram.as_ref(), polynomial, arithmetic);
    }
    x
}

/// All steps on the Gram side: the product `Q` of the factors and the Gram matrix are kept, both `n×n`, and `X` is
/// multiplied at the end and after the steps in `restarts`. `gram` is the Gram matrix of `x` where it is known.
///
/// Cheaper where `m` exceeds `n` clearly; a singular value `σ` keeps a relative accuracy of `u/σ²`.
pub(crate) fn gram_side<T: Real>(
    mut x: Mat<T>,
    mut gram: Option<Mat<T>>,
    schedule: &Schedule,
    restarts: &[usize],
    arithmetic: Arithmetic,
) -> Mat<T> {
    for steps in segments(&schedule.steps, restarts) {
        let gram = gram.take().unwrap_or_else(|| arithmetic.gram(x.as_ref()));
        x = match steps {
            [only] => step(x.as_ref(), gram.as_ref(), only, arithmetic),
            _ => {
                let factors = collected(gram, steps, arithmetic);
                arithmetic.product(1.0, x.as_ref(), factors.as_ref(), None)
            }
        };
    }
    x
}

/// Steps between restarts.
pub(crate) fn segments<'a>(
    steps: &'a [OddPolynomial],
    restarts: &'a [usize],
) -> impl Iterator<Item = &'a [OddPolynomial]> {
    let inside = restarts.iter().copied().filter(|after| (1..steps.len()).contains(after));
    let ends = inside.chain(std::iter::once(steps.len()));
    ends.scan(0, |from, to| Some(&steps[std::mem::replace(from, to.max(*from))..to.max(*from)]))
        .filter(|steps| !steps.is_empty())
}

/// The product of the factors of some steps on matrices with a Gram matrix.
fn collected<T: Real>(mut gram: Mat<T>, steps: &[OddPolynomial], arithmetic: Arithmetic) -> Mat<T> {
    let n = gram.nrows();
    let mut product = Mat::<T>::identity(n, n);
    for (place, polynomial) in steps.iter().enumerate() {
        let c = &polynomial.coefficients;
        let c0 = c.first().copied().unwrap_or(0.0);
        let rest = rest(gram.as_ref(), c, arithmetic).unwrap_or_else(|| Mat::zeros(n, n));
        let times = |a: MatRef<'_, T>| arithmetic.symmetric(1.0, a, rest.as_ref(), Some((c0, a)));
        product = match place {
            0 => {
                let mut first = rest.clone();
                for i in 0..n {
                    first[(i, i)] += T::of(c0);
                }
                arithmetic.stored(first)
            }
            _ => times(product.as_ref()),
        };
        if place + 1 < steps.len() {
            gram = times(times(gram.as_ref()).as_ref());
        }
    }
    product
}

/// `c₁*A + c₂*A² + …`, in as few products as Paterson and Stockmeyer 1973 need; `None` where there is nothing but `c₀`.
fn rest<T: Real>(a: MatRef<'_, T>, c: &[f64], arithmetic: Arithmetic) -> Option<Mat<T>> {
    let terms = c.len();
    let coefficient = |k: usize| c.get(k).copied().unwrap_or(0.0);
    match terms {
        0 | 1 => None,
        2 => Some(combination(&[(coefficient(1), a)], 0.0, arithmetic)),
        // One product makes both the square and the sum.
        3 => Some(arithmetic.symmetric(coefficient(2), a, a, Some((coefficient(1), a)))),
        _ => {
            let block = if terms <= 5 { 2 } else { 3 };
            let mut powers: Vec<Mat<T>> = vec![arithmetic.symmetric(1.0, a, a, None)];
            if block == 3 {
                powers.push(arithmetic.symmetric(1.0, powers[0].as_ref(), a, None));
            }
            let power = |k: usize| if k == 1 { a } else { powers[k - 2].as_ref() };
            // The polynomial in A^block whose coefficients are polynomials of degree below `block`, highest first.
            let blocks = (terms - 1) / block;
            let digit = |number: usize, with_top: bool| -> Vec<(f64, MatRef<'_, T>)> {
                let top = if with_top { block } else { block - 1 };
                (1..=top).map(|k| (coefficient(number * block + k), power(k))).collect()
            };
            // The highest block takes one power more when the degree is a multiple of `block`.
            let exact = (terms - 1).is_multiple_of(block);
            let mut number = if exact { blocks - 1 } else { blocks };
            let own = if number == 0 { 0.0 } else { coefficient(number * block) };
            let mut sum = combination(&digit(number, exact), own, arithmetic);
            while number > 0 {
                number -= 1;
                let own = if number == 0 { 0.0 } else { coefficient(number * block) };
                let lower = combination(&digit(number, false), own, arithmetic);
                sum = arithmetic.symmetric(
                    1.0,
                    sum.as_ref(),
                    power(block),
                    Some((1.0, lower.as_ref())),
                );
            }
            Some(sum)
        }
    }
}

/// `Σ cₖ*Aₖ + c*I`.
fn combination<T: Real>(terms: &[(f64, MatRef<'_, T>)], c: f64, arithmetic: Arithmetic) -> Mat<T> {
    let n = terms.first().map_or(0, |(_, a)| a.nrows());
    let mut sum = Mat::<T>::zeros(n, n);
    for j in 0..n {
        let to = sum.col_as_slice_mut(j);
        for (factor, a) in terms {
            let factor = T::of(*factor);
            if let Some(a) = a.col(j).try_as_col_major() {
                to.iter_mut().zip(a.as_slice()).for_each(|(to, a)| *to += factor * *a);
            }
        }
        to[j] += T::of(c);
    }
    arithmetic.stored(sum)
}
