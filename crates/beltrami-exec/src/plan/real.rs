//! Scalar functions without branches, so that loops over them become vector instructions.
//!
//! In units of the last place of a double, by comparison with the standard library, exponential and logarithm differ by at
//! most one, the functions made of them by three; single precision computes in double and rounds once.

use std::ops::BitOrAssign;

use beltrami_linalg::dense::Element;

/// A number with elementary functions; NaN in gives NaN out, also where a comparison decides.
pub trait Real: Element {
    /// `eˣ`.
    fn exponential(self) -> Self;
    /// The natural logarithm; NaN below zero, -∞ at zero.
    fn logarithm(self) -> Self;
    /// The hyperbolic tangent.
    fn tangent(self) -> Self;
    /// `1/(1 + e⁻ˣ)`.
    fn sigmoid(self) -> Self;
    /// `log(1 + eˣ)`.
    fn softplus(self) -> Self;
    /// The square root; NaN below zero.
    fn root(self) -> Self;
    /// Bits as wide as the number, so that a loop can gather them with its vectors.
    type Bits: Copy + Default + PartialEq + BitOrAssign;

    /// Zero exactly for what is neither infinite nor NaN.
    fn trouble(self) -> Self::Bits;

    /// Whether it is neither infinite nor NaN.
    #[inline(always)]
    fn finite(self) -> bool {
        self.trouble() == Self::Bits::default()
    }
}

impl Real for f64 {
    #[inline(always)]
    fn exponential(self) -> f64 {
        exp(self)
    }

    #[inline(always)]
    fn logarithm(self) -> f64 {
        log(self)
    }

    #[inline(always)]
    fn tangent(self) -> f64 {
        tanh(self)
    }

    #[inline(always)]
    fn sigmoid(self) -> f64 {
        let e = exp(-self.abs());
        let numerator = if self < 0.0 { e } else { 1.0 };
        numerator / (1.0 + e)
    }

    #[inline(always)]
    fn softplus(self) -> f64 {
        let e = exp(-self.abs());
        let positive = if self < 0.0 { 0.0 } else { self };
        positive + log_one_plus(e)
    }

    #[inline(always)]
    fn root(self) -> f64 {
        self.sqrt()
    }

    type Bits = u64;

    // Zero, and NaN where there is no difference.
    #[inline(always)]
    #[allow(clippy::eq_op)]
    fn trouble(self) -> u64 {
        (self - self).to_bits()
    }
}

impl Real for f32 {
    #[inline(always)]
    fn exponential(self) -> f32 {
        exp(f64::from(self)) as f32
    }

    #[inline(always)]
    fn logarithm(self) -> f32 {
        log(f64::from(self)) as f32
    }

    #[inline(always)]
    fn tangent(self) -> f32 {
        tanh(f64::from(self)) as f32
    }

    #[inline(always)]
    fn sigmoid(self) -> f32 {
        f64::from(self).sigmoid() as f32
    }

    #[inline(always)]
    fn softplus(self) -> f32 {
        f64::from(self).softplus() as f32
    }

    #[inline(always)]
    fn root(self) -> f32 {
        self.sqrt()
    }

    type Bits = u32;

    // Zero, and NaN where there is no difference.
    #[inline(always)]
    #[allow(clippy::eq_op)]
    fn trouble(self) -> u32 {
        (self - self).to_bits()
    }
}

/// Added to a number below 2^51 it leaves the nearest integer in the low bits.
const SHIFT: f64 = 6_755_399_441_055_744.0;

/// ln 2, the first part with trailing zeros so that its multiples below 2^11 are exact (fdlibm, `e_exp.c`).
const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// `eˣ = 2ᵏ eʳ` with `|r| ≤ ln(2)/2`, where the Taylor polynomial of degree 13 has an error of 4e-18.
#[inline(always)]
fn exp(x: f64) -> f64 {
    // Beyond these the result is 0 or ∞, and the exponents below stay in range; a comparison with NaN keeps it.
    let x = if x > 800.0 { 800.0 } else { x };
    let x = if x < -800.0 { -800.0 } else { x };
    let k = x.fused(std::f64::consts::LOG2_E, SHIFT) - SHIFT;
    let r = k.fused(-LN2_LOW, k.fused(-LN2_HIGH, x));
    const C: [f64; 14] = inverse_factorials();
    // Pairs of coefficients first (Estrin), so that few steps wait for another.
    let r2 = r * r;
    let r4 = r2 * r2;
    let pair = |n: usize| C[n + 1].fused(r, C[n]);
    let low = pair(4).fused(r2, pair(2));
    let middle = pair(8).fused(r2, pair(6));
    let high = pair(12).fused(r2, pair(10));
    let q = high.fused(r4, middle).fused(r4, low);
    // The large terms last, so that the sum rounds little more than once.
    let p = 1.0 + r2.fused(q, r);
    // Two factors, because 2^k itself may not be a number.
    let half = k.fused(0.5, SHIFT) - SHIFT;
    p * power_of_two(half) * power_of_two(k - half)
}

const fn inverse_factorials() -> [f64; 14] {
    let mut c = [1.0; 14];
    let mut n = 1;
    let mut factorial = 1.0;
    while n < 14 {
        factorial *= n as f64;
        c[n] = 1.0 / factorial;
        n += 1;
    }
    c
}

/// `2ᵏ` of an integer between -1022 and 1023.
#[inline(always)]
fn power_of_two(k: f64) -> f64 {
    f64::from_bits((k + SHIFT).to_bits().wrapping_add(1023) << 52)
}

/// The algorithm of fdlibm (`e_log.c`, Sun Microsystems 1993), without its branches.
#[inline(always)]
fn log(x: f64) -> f64 {
    // Subnormal numbers are made normal.
    let small = x < f64::MIN_POSITIVE;
    let y = if small { x * 18_014_398_509_481_984.0 } else { x };
    let offset = if small { 54.0 } else { 0.0 };
    // √½, so that the mantissa lies around 1.
    const ORIGIN: u64 = 0x3fe6_a09e_0000_0000;
    const ONE: u64 = 1023 << 52;
    let shifted = y.to_bits().wrapping_add(ONE - ORIGIN);
    let exponent = f64::from_bits((shifted >> 52) | 0x4330_0000_0000_0000)
        - (4_503_599_627_370_496.0 + 1023.0)
        - offset;
    let mantissa = f64::from_bits((shifted & 0x000f_ffff_ffff_ffff).wrapping_add(ORIGIN));
    let (f, tail) = (mantissa - 1.0, 0.0);
    let value = log_parts(f, exponent, tail);
    let value = if x == 0.0 { f64::NEG_INFINITY } else { value };
    let value = if x < 0.0 { f64::NAN } else { value };
    // Infinity and NaN are their own logarithms.
    if x < f64::INFINITY { value } else { x }
}

/// `k ln 2 + log(1 + f) + tail`.
#[inline(always)]
fn log_parts(f: f64, k: f64, tail: f64) -> f64 {
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let t1 = w * w.fused(
        w.fused(0.153_138_376_992_093_73, 0.222_221_984_321_497_84),
        0.399_999_999_994_094_2,
    );
    let t2 = z * w.fused(
        w.fused(
            w.fused(0.147_981_986_051_165_86, 0.181_835_721_616_180_5),
            0.285_714_287_436_623_9,
        ),
        0.666_666_666_666_673_5,
    );
    let half_square = 0.5 * f * f;
    let rest = s * (half_square + (t1 + t2)) + k.fused(LN2_LOW, tail);
    k.fused(LN2_HIGH, f - (half_square - rest))
}

/// `log(1 + u)` for `0 ≤ u ≤ 1`; what `1 + u` rounds away is added to the logarithm.
#[inline(always)]
fn log_one_plus(u: f64) -> f64 {
    let y = 1.0 + u;
    let lost = u - (y - 1.0);
    // Above √2 the mantissa is halved.
    let large = y > std::f64::consts::SQRT_2;
    let (f, k) = if large { (0.5 * y - 1.0, 1.0) } else { (y - 1.0, 0.0) };
    log_parts(f, k, lost / y)
}

/// By exponentials, and near zero, where they would cancel, a rational function (Cephes, `tanh.c`, Moshier 1995).
#[inline(always)]
fn tanh(x: f64) -> f64 {
    let size = x.abs();
    let e = exp(-2.0 * size);
    let far = (1.0 - e) / (1.0 + e);
    let far = if x < 0.0 { -far } else { far };
    let z = x * x;
    let p = z.fused(
        z.fused(-9.643_991_794_250_522e-1, -9.928_772_310_019_186e1),
        -1.614_687_684_417_084_5e3,
    );
    let q = z.fused(
        z.fused(z + 1.128_116_784_916_329_3e2, 2.235_488_390_601_004_5e3),
        4.844_063_053_251_255e3,
    );
    let near = (x * z).fused(p / q, x);
    if size < 0.625 { near } else { far }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest error in units of the last place of the result.
    fn check(
        ours: impl Fn(f64) -> f64,
        theirs: impl Fn(f64) -> f64,
        points: impl Iterator<Item = f64>,
        bound: f64,
    ) {
        for x in points {
            let (a, b) = (ours(x), theirs(x));
            if a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan() {
                continue;
            }
            let unit = (b.abs().next_up() - b.abs()).max(f64::from_bits(1));
            let error = (a - b).abs() / unit;
            assert!(error <= bound, "at {x:e}: {a:e}, not {b:e}; {error} units");
        }
    }

    fn spread(low: f64, high: f64) -> impl Iterator<Item = f64> {
        (0..=20_000).map(move |k| low + (high - low) * f64::from(k) / 20_000.0)
    }

    const SPECIAL: [f64; 12] = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        5e-324,
        -5e-324,
        1e-310,
        f64::MAX,
        f64::MIN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
    ];

    #[test]
    fn functions_agree_with_the_standard_library() {
        let everywhere = || {
            let powers = (-320..=308).flat_map(|k| [10_f64.powi(k), -(10_f64.powi(k))]);
            SPECIAL.into_iter().chain(spread(-750.0, 750.0)).chain(spread(-3.0, 3.0)).chain(powers)
        };
        check(f64::exponential, f64::exp, everywhere(), 1.0);
        check(f64::logarithm, f64::ln, everywhere(), 1.0);
        // A quotient of two sums with a rounded exponential: three roundings, and one of the other side.
        check(f64::tangent, f64::tanh, everywhere(), 3.0);
        let sigmoid =
            |x: f64| if x < 0.0 { x.exp() / (1.0 + x.exp()) } else { 1.0 / (1.0 + (-x).exp()) };
        check(f64::sigmoid, sigmoid, everywhere(), 2.0);
        // The sum of a number and a small logarithm: both are right to a unit of theirs.
        let softplus = |x: f64| if x < 0.0 { x.exp().ln_1p() } else { x + (-x).exp().ln_1p() };
        check(f64::softplus, softplus, everywhere(), 2.0);
    }

    #[test]
    fn single_precision_rounds_the_double_result() {
        for k in -2000..2000 {
            let x = k as f32 * 0.05;
            assert_eq!(x.exponential(), f64::from(x).exp() as f32, "{x}");
            assert!((x.sigmoid() - f64::from(x).sigmoid() as f32).abs() == 0.0, "{x}");
        }
    }
}
