//! Numbers that matrices are made of: real or complex, in single or double precision.

use std::fmt::Debug;
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub};

/// A complex number in double precision.
pub type Complex = faer::c64;

/// A number that faer computes with.
pub trait Scalar:
    faer::traits::ComplexField
    + Copy
    + Debug
    + Default
    + PartialEq
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + MulAssign
    + Send
    + Sync
    + 'static
{
    /// Zero.
    const ZERO: Self;
    /// One.
    const ONE: Self;

    /// Whether no part is infinite or NaN.
    fn is_number(self) -> bool;

    /// The absolute value, rounded to double precision.
    fn magnitude(self) -> f64;
}

macro_rules! real {
    ($number:ty) => {
        impl Scalar for $number {
            const ZERO: $number = 0.0;
            const ONE: $number = 1.0;

            #[inline(always)]
            fn is_number(self) -> bool {
                self.is_finite()
            }

            #[inline(always)]
            fn magnitude(self) -> f64 {
                f64::from(self.abs())
            }
        }
    };
}

macro_rules! complex {
    ($number:ty) => {
        impl Scalar for $number {
            const ZERO: $number = <$number>::new(0.0, 0.0);
            const ONE: $number = <$number>::new(1.0, 0.0);

            #[inline(always)]
            fn is_number(self) -> bool {
                self.re.is_finite() && self.im.is_finite()
            }

            #[inline(always)]
            fn magnitude(self) -> f64 {
                f64::from(self.re).hypot(f64::from(self.im))
            }
        }
    };
}

real!(f32);
real!(f64);
complex!(faer::c32);
complex!(faer::c64);
