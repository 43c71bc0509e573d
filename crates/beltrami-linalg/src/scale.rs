//! Exact scaling by powers of two.
//!
//! faer's factorisations are not scale-safe: its thin SVD returns wrong factors, without an error, for entries around
//! 1e-160 and below, whose squares underflow. So every factorisation works on a matrix whose largest entry is near 1.

use crate::matrix::Matrix;

/// `x * 2^exponent` for any exponent.
///
/// `2^exponent` itself may not be a number, so the product is taken in steps.
pub fn ldexp(mut x: f64, mut exponent: i32) -> f64 {
    while exponent != 0 && x != 0.0 && x.is_finite() {
        let step = exponent.clamp(-1000, 1000);
        x *= 2.0_f64.powi(step);
        exponent -= step;
    }
    x
}

/// The exponent `e` with `2^e ≤ |x| < 2^(e+1)`; 0 for zero.
pub fn exponent_of(x: f64) -> i32 {
    if x == 0.0 || !x.is_finite() {
        return 0;
    }
    let biased = |y: f64| ((y.to_bits() >> 52) & 0x7ff) as i32;
    // A subnormal number has exponent field 0; multiplied by 2^100 it is normal.
    match biased(x) {
        0 => biased(x * 2.0_f64.powi(100)) - 1123,
        field => field - 1023,
    }
}

/// The matrix divided by a power of two so that its largest entry lies in `[1, 2)`, and the exponent of that power.
pub fn normalised(a: &Matrix) -> (Matrix, i32) {
    let exponent = exponent_of(a.max_abs());
    if exponent == 0 { (a.clone(), 0) } else { (a.scaled_by_power(-exponent), exponent) }
}

/// Keeps faer to the calling thread.
///
/// Its two-thread mode is slower than one thread at small sizes, and results must not depend on the machine.
pub fn sequential() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| faer::set_global_parallelism(faer::Par::Seq));
    keep_memory();
}

/// Makes glibc keep memory that is freed: it gives back what exceeds twice the largest block that was ever freed, and asks
/// for it again for the next product, which took up to a fifth of the time. Other allocators lose nothing by it.
pub(crate) fn keep_memory() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    // glibc adapts to blocks of up to 32 MiB. This one is never written to.
    const BLOCK: usize = 31 << 20;
    ONCE.call_once(|| drop(std::hint::black_box(Vec::<u8>::with_capacity(BLOCK))));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_are_exact_over_the_whole_range() {
        for x in [1.0, -3.0, 0.1, f64::MAX, f64::MIN_POSITIVE, 5e-324, 1e-310] {
            let e = exponent_of(x);
            let mantissa = ldexp(x, -e).abs();
            assert!((1.0..2.0).contains(&mantissa), "{x:e}: {e}, {mantissa}");
            assert_eq!(ldexp(ldexp(x, -e), e), x);
        }
        assert_eq!(exponent_of(0.0), 0);
    }
}
