//! A bound on the distance of a nearly orthonormal `X` from the polar factor of `A`, from a few products.
//!
//! With `E = X'X - I`, let `Q = X*(I + E)^(-1/2)`, which is orthonormal, `C = Q'A`, `K` the skew part of `C`, `N = A - Q*C`, and
//! `A = O*P` the polar decomposition. For `G = I - O'Q` multiplication of `A` by `O'` and by `Q'` gives exactly
//!
//! `P*G + G*C = 2*K + O'N`.
//!
//! Let `H = L*L'` be positive definite with `T = inv(L)`, and `C = H + D` with `y = ‖T‖₂²*‖D‖_F < 1`. From `A'A ≥ C'C ≥ (1-y)²*H²`
//! follows `P ≥ (1-y)*H`, because the square root is operator monotone, so `A` has full rank, and
//!
//! `‖G‖_F ≤ (1-y)^(-1/2) * (‖T*K*T'‖_F + ½*‖T‖₂²*(‖O'N‖_F + ‖D‖_F*‖G‖_F))`,
//!
//! for the entries of `G` in eigenvectors of `P` and `H` are divided by `pᵢ + hⱼ`, which is at least `2*√(pᵢ*hⱼ)`. Where `T` is
//! large it weighs only those entries of `K` that are in its directions, so that the bound is near the error; dividing `‖K‖_F`
//! by the smallest eigenvalue would not be. The smallest eigenvalues
//! are weighed apart by [`deflated`]. `O'N = (O - Q)'N`, and outside of the range of `O` the distance is
//! `‖N*inv(C)‖_F`. For square matrices `N` is 0.

use faer::{Mat, MatRef};

use crate::polar::arithmetic::Arithmetic;
use crate::polar::deflation::{Deflated, deflated};
use crate::polar::exact_product::{self, Pair};
use crate::polar::gamma;
use crate::polar::layout::{converted, frobenius, part, zipped};
use crate::polar::triangular::Inverse;

/// What is proved of `X`.
pub(crate) struct Weighted {
    /// A bound on `‖X - O‖_F`.
    pub(crate) bound: f64,
    /// What of it rounding of the residuals in `f64` is to blame for.
    pub(crate) rounding: f64,
    /// `‖X'X - I‖_F`.
    pub(crate) orthogonality: f64,
    /// `‖X'A - A'X‖_F/2`.
    pub(crate) skewness: f64,
    /// A symmetric matrix near `O'A`.
    pub(crate) symmetric: Mat<f64>,
    /// A lower bound of its eigenvalues.
    pub(crate) smallest: f64,
}

/// How residuals are computed.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Residuals {
    /// In `f64`.
    Plain,
    /// As pairs of numbers, three times the products.
    Split,
}

/// `X` may be so far from orthonormal, in the Frobenius norm.
const NEARLY: f64 = 0.1;
/// `C` may be so far from `H`, relative to the smallest eigenvalue: the bound is enlarged by a factor of 2 at most.
const MOVED: f64 = 0.5;
/// What the terms of second order in `E` may add to that before they are computed.
const SECOND: f64 = 0.02;
/// The part of the wanted bound that the squares of the norms may leave open for `N` before it is computed.
const OPEN: f64 = 0.3;

/// `None` where nothing is proved. `wanted` is the bound that would do, in the Frobenius norm.
pub(crate) fn weighted(
    a: MatRef<'_, f64>,
    x: MatRef<'_, f64>,
    residuals: Residuals,
    wanted: f64,
    to: Arithmetic,
) -> Option<Weighted> {
    let (m, n) = (a.nrows(), a.ncols());
    let plain = residuals == Residuals::Plain;
    let gram = if plain { Pair::plain_square(x, to) } else { Pair::split_square(x, to) };
    let e_error = gram.error;
    let e = gram.minus_identity();
    let orthogonality = frobenius(e.as_ref());
    let e_size = 1.01 * orthogonality + e_error;
    if e_size.is_nan() || e_size > NEARLY {
        return None;
    }
    let cross = if plain { Pair::plain(x, a, to) } else { Pair::split(x, a, to) };
    let w_error = cross.error;
    let w = cross.sum();
    let w_skew = cross.skew();
    let skewness = frobenius(w_skew.as_ref());
    let w_size = 1.01 * frobenius(w.as_ref()) + w_error;
    // C = W - E*W/2 + 3/8*E²*W - 5/16*E³*W + …, the coefficients of the inverse square root.
    let first = small_product(e.as_ref(), w.as_ref(), m == n, to);
    let v = first.value;
    let v_error = first.error + e_error * w_size + e_size * w_error;
    let v_skew = part(v.as_ref(), -1.0);
    let k = zipped(w_skew.as_ref(), v_skew.as_ref(), |w, v| w - 0.5 * v);
    let (w_skewness, v_skewness) =
        (1.01 * skewness + w_error, 1.01 * frobenius(v_skew.as_ref()) + v_error);
    let k_error = {
        // [Eʲ, W] is a sum of j terms with the commutator [E, W], whose norm is at most that of 2*skew(E*W) and 2*skew(W)*E.
        let v_more = 0.5 * ((1.0 - e_size).powf(-1.5) - 1.0);
        let w_more = 1.125 * (e_size / (1.0 - e_size)).powi(2);
        let rounded = 4.0 * f64::EPSILON * (w_skewness + v_skewness);
        w_error + 0.5 * v_error + v_more * v_skewness + w_more * w_skewness + rounded
    };
    let k_size = 1.01 * frobenius(k.as_ref()) + k_error;

    let mut h = zipped(w.as_ref(), v.as_ref(), |w, v| w - 0.5 * v);
    let mut tail = 0.375 * e_size.powi(2) / (1.0 - e_size) * w_size;
    let mut h_error = w_error + 0.5 * v_error;
    let mut symmetric = part(h.as_ref(), 1.0);
    let (mut l, mut inverse) = factored(symmetric.clone(), to)?;
    let mut t = inverse.square(m > n, to);
    if tail * t > SECOND {
        let second = small_product(e.as_ref(), v.as_ref(), m == n, to);
        h = zipped(h.as_ref(), second.value.as_ref(), |h, v| h + 0.375 * v);
        h_error += 0.375 * (second.error + e_error * e_size * w_size + e_size * v_error);
        tail = 0.3125 * e_size.powi(3) / (1.0 - e_size) * w_size;
        symmetric = part(h.as_ref(), 1.0);
        (l, inverse) = factored(symmetric.clone(), to)?;
        t = inverse.square(m > n, to);
    }
    // Twice, for pivots whose reciprocals are multiplied with.
    let factorisation = 2.02 * gamma(n + 2) * frobenius(l.as_ref()).powi(2);
    h_error += tail + 8.0 * f64::EPSILON * frobenius(h.as_ref()) + factorisation;
    let y = t * (k_size + h_error);
    if y.is_nan() || y > MOVED {
        return None;
    }
    let root = (1.0 - y).powf(-0.5);
    let own = e_size / (1.0 + (1.0 - e_size).sqrt());
    let shrunk = 1.0 - 0.5 * y * root;
    let turned = match deflated(k.as_ref(), l.as_ref(), t, to) {
        Some(Deflated { rest, rounding, apart }) => {
            let rest = inverse.weighed(rest.as_ref(), to.threads) + t * (rounding + k_error);
            (root * rest + 2.0 * (1.0 + 1.0 / (1.0 - y)) * apart) / shrunk
        }
        None => root * (inverse.weighed(k.as_ref(), to.threads) + t * k_error) / shrunk,
    };
    let scaled = t / (1.0 - y);
    let outside = match m == n {
        true => 0.0,
        false => {
            let open = complement(a, frobenius(h.as_ref()), h_error);
            match scaled * open <= OPEN * wanted {
                true => open,
                false => open.min(outside(a, x, &w, &v, residuals, to)),
            }
        }
    };
    let distance = joined(turned, 0.5 * root * t * outside / shrunk, scaled * outside)?;
    let rounding = match plain {
        true => e_error + root * t * (w_error + 0.5 * (e_error * w_size + e_size * w_error)),
        false => 0.0,
    };
    Some(Weighted {
        // A per cent for the rounding of these norms themselves.
        bound: 1.01 * (own + distance),
        rounding,
        orthogonality,
        skewness,
        symmetric,
        smallest: 1.0 / t - factorisation,
    })
}

/// A bound on `‖N‖_F` from `‖N‖² = ‖A‖² - ‖C‖²`, given the size of `C` and its error.
fn complement(a: MatRef<'_, f64>, c: f64, c_error: f64) -> f64 {
    let rounded = 2.0 * gamma(a.nrows() + a.ncols());
    let c_size = (c * (1.0 - rounded) - c_error).max(0.0);
    let squares = (frobenius(a) * (1.0 + rounded)).powi(2) - c_size.powi(2);
    squares.max(0.0).sqrt()
}

/// `‖O - Q‖` is at most the root of the sum of squares of two numbers, the first of which grows with `‖O - Q‖` itself by
/// this slope.
fn joined(turned: f64, slope: f64, apart: f64) -> Option<f64> {
    if slope >= 0.5 {
        return None;
    }
    let mut distance = (turned + apart) / (1.0 - slope);
    for _ in 0..2 {
        distance = distance.min((turned + slope * distance).hypot(apart));
    }
    Some(distance)
}

/// A bound on `‖N‖_F`: `N = (I - Q*Q')*(A - X*M)` for any `M`, here one near the solution of least squares.
fn outside(
    a: MatRef<'_, f64>,
    x: MatRef<'_, f64>,
    w: &Mat<f64>,
    v: &Mat<f64>,
    residuals: Residuals,
    to: Arithmetic,
) -> f64 {
    let m = zipped(w.as_ref(), v.as_ref(), |w, v| w - v);
    if residuals == Residuals::Split {
        let (r, error) = exact_product::difference(a, x, m.as_ref(), Pair::split, to);
        return 1.01 * frobenius(r.as_ref()) + error;
    }
    let r = to.product(-1.0, x, m.as_ref(), Some((1.0, a)));
    let rounded = gamma(a.ncols() + 1) * (frobenius(x) * frobenius(m.as_ref()) + frobenius(a));
    1.01 * frobenius(r.as_ref()) + rounded
}

/// A product with a small factor, and a bound on the Frobenius norm of its error.
struct Small {
    value: Mat<f64>,
    error: f64,
}

/// `E*W` in `f32` where that will do: of a square `A` only what is multiplied by `E` again is made of it.
fn small_product(e: MatRef<'_, f64>, w: MatRef<'_, f64>, short: bool, to: Arithmetic) -> Small {
    let n = w.nrows();
    let (e_size, w_size) = (frobenius(e), frobenius(w));
    if !short || e_size == 0.0 || w_size == 0.0 {
        let value = to.product(1.0, e, w, None);
        return Small { value, error: 1.01 * gamma(n) * e_size * w_size };
    }
    // Divided by their norms both are in the range of `f32`.
    let (left, right) =
        (converted::<f64, f32>(e, 1.0 / e_size), converted::<f64, f32>(w, 1.0 / w_size));
    let product =
        Arithmetic::full::<f32>(to.threads).product(1.0, left.as_ref(), right.as_ref(), None);
    let ku = (n + 8) as f64 * f64::from(f32::EPSILON) / 2.0;
    Small {
        value: converted::<f32, f64>(product.as_ref(), e_size * w_size),
        error: 1.01 * ku / (1.0 - ku) * e_size * w_size,
    }
}

/// The Cholesky factor and its inverse, in `f32` where the condition allows it.
fn factored(h: Mat<f64>, to: Arithmetic) -> Option<(Mat<f64>, Weight)> {
    let l = to.cholesky(h)?;
    let weight = match Inverse::new(l.as_ref(), to.threads) {
        Some(short) => Weight::Short(short),
        None => Weight::Long(Inverse::new(l.as_ref(), to.threads)?),
    };
    Some((l, weight))
}

enum Weight {
    Short(Inverse<f32>),
    Long(Inverse<f64>),
}

impl Weight {
    fn square(&self, closer: bool, to: Arithmetic) -> f64 {
        match self {
            Weight::Short(inverse) => inverse.square(closer, Arithmetic::full::<f32>(to.threads)),
            Weight::Long(inverse) => inverse.square(closer, to),
        }
    }

    fn weighed(&self, s: MatRef<'_, f64>, threads: usize) -> f64 {
        match self {
            Weight::Short(inverse) => inverse.weighed(s, threads),
            Weight::Long(inverse) => inverse.weighed(s, threads),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers in `[-1, 1)` from a seed.
    struct Random(u64);

    impl Random {
        fn number(&mut self) -> f64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
        }

        fn matrix(&mut self, m: usize, n: usize) -> Mat<f64> {
            Mat::from_fn(m, n, |_, _| self.number())
        }
    }

    /// Sylvester's orthogonal matrix of size `4^k`, its entries powers of two.
    fn hadamard(size: usize) -> Mat<f64> {
        let scale = 1.0 / (size as f64).sqrt();
        Mat::from_fn(size, size, |i, j| if (i & j).count_ones() % 2 == 0 { scale } else { -scale })
    }

    /// `X` differs from an exactly known factor in every way that the bound tells apart: along it and symmetric, turned in the
    /// directions of the smallest singular values or in all, and out of its range.
    #[test]
    fn no_matrix_is_farther_away_than_proved() {
        let mut ratios = Vec::new();
        let mut refused = 0;
        for case in 0_u64..1200 {
            let mut random = Random(case);
            let (m, n) = [(16, 16), (64, 16), (64, 64), (16, 4)][(case % 4) as usize];
            let bits = [0, 2, 5, 9, 14, 20][(case / 4 % 6) as usize];
            let o = hadamard(m).subcols(0, n).to_owned();
            let v = hadamard(n);
            let values: Vec<f64> = (0..n)
                .map(|i| match i {
                    0 => 1.0,
                    1 => 2.0_f64.powi(-bits),
                    _ => 2.0_f64.powi(-((0.5 * (random.number() + 1.0) * f64::from(bits)) as i32)),
                })
                .collect();
            let vd = Mat::from_fn(n, n, |i, j| v[(i, j)] * values[j]);
            // Products of few bits: nothing is rounded.
            let a = &o * (&vd * v.transpose());
            let size = 10.0_f64.powi(-2 - (case / 24 % 8) as i32 * 2);
            let noise = random.matrix(n, n);
            let small = values.iter().position(|x| *x == 2.0_f64.powi(-bits)).unwrap_or(0);
            let x = match case / 192 % 4 {
                // A function of the singular values.
                0 => {
                    let kept = Mat::from_fn(n, n, |i, j| v[(i, j)] * (1.0 + size * noise[(0, j)]));
                    &o * (&kept * v.transpose())
                }
                1 => &o + size * (&o * &noise),
                // Turned between the direction of a smallest singular value and the others.
                2 => {
                    let turn = Mat::from_fn(n, n, |i, j| {
                        let along = |i: usize| noise[(i, 1)] - v[(i, small)];
                        v[(i, small)] * along(j) - along(i) * v[(j, small)]
                    });
                    &o + size * (&o * &turn)
                }
                _ => &o + size * random.matrix(m, n),
            };
            let distance = frobenius((&x - &o).as_ref());
            let to = Arithmetic::full::<f64>(1);
            for residuals in [Residuals::Plain, Residuals::Split] {
                for wanted in [0.0, 1.0] {
                    match weighted(a.as_ref(), x.as_ref(), residuals, wanted, to) {
                        Some(found) => {
                            assert!(
                                distance <= found.bound,
                                "case {case}: {distance:e} beyond {:e}",
                                found.bound
                            );
                            assert!(found.smallest <= 2.0_f64.powi(-bits) * (1.0 + distance));
                            if distance > 100.0 * found.rounding && residuals == Residuals::Plain {
                                ratios.push(found.bound / distance);
                            }
                        }
                        None => refused += 1,
                    }
                }
            }
        }
        ratios.sort_by(f64::total_cmp);
        let median = ratios[ratios.len() / 2];
        println!(
            "{} bounds, median {median:.2} times the distance, {refused} refused",
            ratios.len()
        );
        assert!(ratios.len() > 800 && median < 5.0, "{median} of {}", ratios.len());
    }
}
