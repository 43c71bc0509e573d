//! Divided differences of powers, the logarithm, the exponential and the trigonometric functions.
//!
//! Each is accurate at equal, close and distant arguments; none is a quotient of rounded differences.

/// `(a^α - b^α)/(a - b)` for non-negative arguments that are not both zero, the derivative where they are equal; `b = 0`
/// needs `α > 0`.
pub(crate) fn power_difference(alpha: f64, a: f64, b: f64) -> f64 {
    let (a, b) = (a.max(b), a.min(b));
    let z = (b - a) / a;
    if z == 0.0 {
        return alpha * a.powf(alpha - 1.0);
    }
    a.powf(alpha - 1.0) * (alpha * log_ratio(a, b, z)).exp_m1() / z
}

/// The second derivative of `x^α`.
pub(crate) fn power_curvature(alpha: f64, x: f64) -> f64 {
    alpha * (alpha - 1.0) * x.powf(alpha - 2.0)
}

/// `(ln a - ln b)/(a - b)` for positive arguments.
pub(crate) fn log_difference(a: f64, b: f64) -> f64 {
    let (a, b) = (a.max(b), a.min(b));
    let z = (b - a) / a;
    if z == 0.0 { 1.0 / a } else { log_ratio(a, b, z) / z / a }
}

/// `(eᵃ - eᵇ)/(a - b)`.
pub(crate) fn exp_difference(a: f64, b: f64) -> f64 {
    let (a, b) = (a.max(b), a.min(b));
    let d = b - a;
    a.exp() * if d == 0.0 { 1.0 } else { d.exp_m1() / d }
}

/// `(cos a - cos b)/(a - b)`.
pub(crate) fn cos_difference(a: f64, b: f64) -> f64 {
    -(0.5 * a + 0.5 * b).sin() * sinc(0.5 * a - 0.5 * b)
}

/// `(sin a - sin b)/(a - b)`.
pub(crate) fn sin_difference(a: f64, b: f64) -> f64 {
    (0.5 * a + 0.5 * b).cos() * sinc(0.5 * a - 0.5 * b)
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { x.sin() / x }
}

/// `ln(b/a)` for `b < a`, with `z = (b - a)/a`.
fn log_ratio(a: f64, b: f64, z: f64) -> f64 {
    // Near equality b - a is exact and log1p keeps its digits; far from it the quotient loses none.
    if z > -0.5 { z.ln_1p() } else { (b / a).ln() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divided_differences_are_continuous_through_equality() {
        type Difference = fn(f64, f64) -> f64;
        let cases: [(&str, Difference, Difference); 5] = [
            ("log", log_difference, |a, _| 1.0 / a),
            ("exp", exp_difference, |a, _| a.exp()),
            ("cos", cos_difference, |a, _| -a.sin()),
            ("sin", sin_difference, |a, _| a.cos()),
            ("root", |a, b| power_difference(0.2, a, b), |a, _| 0.2 * a.powf(-0.8)),
        ];
        for (name, difference, slope) in cases {
            for gap in [0.0, 1e-15, 1e-12, 1e-9, 1e-6] {
                let found = difference(1.3, 1.3 + gap);
                // The divided difference is the slope at the middle up to gap², here below 1e-12.
                let expected = slope(1.3 + 0.5 * gap, 0.0);
                assert!((found / expected - 1.0).abs() < 3e-12, "{name} {gap}: {found} {expected}");
            }
        }
        assert!((power_difference(0.5, 4.0, 0.0) - 0.5).abs() < 1e-15);
        assert!((power_difference(-0.5, 1.0, 1e-20) / -1e10 - 1.0).abs() < 1e-9);
        assert!((exp_difference(0.0, -2000.0) - 5e-4).abs() < 1e-18);
    }
}
