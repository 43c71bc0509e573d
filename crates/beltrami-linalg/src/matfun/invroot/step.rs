//! The coefficients of the coupled iteration for inverse roots.

/// `a`, `b` and `c` of `W = aI + bP + cP²`.
pub(super) type Step = [f64; 3];

/// Steps designed for eigenvalues in `(0, 1]`, larger than those of the Taylor polynomial while eigenvalues are small.
///
/// # References
/// Su Jianlin 2025, *Scientific Spaces* 11175.
pub(super) fn start(p: u32) -> &'static [Step] {
    match p {
        1 => &[
            [14.2975, -31.2203, 18.9214],
            [7.12258, -7.78207, 2.35989],
            [6.9396, -7.61544, 2.3195],
            [5.98456, -6.77016, 2.12571],
            [3.79109, -4.18664, 1.39555],
        ],
        2 => &[
            [7.42487, -18.3958, 12.8967],
            [3.48773, -2.33004, 0.440469],
            [2.77661, -2.07064, 0.463023],
            [1.99131, -1.37394, 0.387593],
        ],
        3 => &[
            [5.05052, -13.5427, 10.2579],
            [2.31728, -1.06581, 0.144441],
            [1.79293, -0.913562, 0.186699],
            [1.56683, -0.786609, 0.220008],
        ],
        _ => &[],
    }
}

/// The Taylor polynomial of `x^(-1/p)` at 1, of degree 2: convergence is cubic, and from all of `(0, 1]`.
pub(super) fn finish(p: u32) -> Step {
    let r = 1.0 / f64::from(p);
    let square = 0.5 * r * (1.0 + r);
    [1.0 + r + square, -r - 2.0 * square, square]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_steps_are_the_published_ones() {
        for (p, expected) in [
            (1, [3.0, -3.0, 1.0]),
            (2, [1.875, -1.25, 0.375]),
            (3, [14.0 / 9.0, -7.0 / 9.0, 2.0 / 9.0]),
        ] {
            for (found, expected) in finish(p).into_iter().zip(expected) {
                assert!((found - expected).abs() < 1e-15, "{p}: {found}");
            }
        }
    }

    #[test]
    fn designed_steps_bring_small_eigenvalues_near_one() {
        for (p, from) in [(1, 1e-3), (2, 1e-3), (3, 1e-3)] {
            for place in 0..=1000 {
                // Logarithmic points of [from, 1].
                let x = from * (1.0_f64 / from).powf(f64::from(place) / 1000.0);
                let mut m = x;
                for [a, b, c] in start(p) {
                    m *= (a + b * m + c * m * m).powi(p as i32);
                }
                // The finishing steps converge from (0, 1], and a little beyond it.
                assert!(m > 0.3 && m < 1.7, "p = {p}, {x:e} comes to {m}");
            }
        }
    }
}
