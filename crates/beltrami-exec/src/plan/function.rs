//! Functions of one and two entries over slices, each loop compiled for the vector instructions that the machine has.

use beltrami_core::Map;
use beltrami_linalg::dense::{Element, Vectors};

use crate::plan::node::{Binary, Unary};
use crate::plan::real::Real;
use crate::plan::tile::Value;
use crate::taylor;

/// Whether every number is finite.
pub(crate) fn finite<T: Real>(vectors: Vectors, a: &[T]) -> bool {
    vectors.run(
        #[inline(always)]
        || {
            let mut trouble = T::Bits::default();
            for x in a {
                trouble |= x.trouble();
            }
            trouble == T::Bits::default()
        },
    )
}

/// `to ← f(a)`; whether every result is finite.
pub(crate) fn apply_unary<T: Real>(vectors: Vectors, f: Unary, a: &[T], to: &mut [T]) -> bool {
    macro_rules! each {
        ($f:expr) => {
            vectors.run(
                #[inline(always)]
                || {
                    let mut trouble = T::Bits::default();
                    for (to, x) in to.iter_mut().zip(a) {
                        let value = $f(*x);
                        *to = value;
                        trouble |= value.trouble();
                    }
                    trouble == T::Bits::default()
                },
            )
        };
    }
    let zero = T::ZERO;
    match f {
        Unary::Neg => each!(|x: T| -x),
        Unary::Square => each!(|x: T| x * x),
        Unary::Recip => each!(|x: T| T::ONE / x),
        Unary::Power(bits) => power(vectors, f64::from_bits(bits), a, to),
        Unary::Map(map) => match map {
            Map::Exp => each!(T::exponential),
            Map::Log => each!(T::logarithm),
            Map::Tanh => each!(T::tangent),
            Map::Sigmoid => each!(T::sigmoid),
            Map::Softplus => each!(T::softplus),
            Map::Sqrt => each!(T::root),
            Map::Abs => each!(|x: T| if x < zero { -x } else { x + zero }),
            // NaN fails every comparison, so the last branch keeps it.
            Map::Sign => each!(|x: T| if x > zero {
                T::ONE
            } else if x < zero {
                -T::ONE
            } else {
                x * zero
            }),
            Map::Step => each!(|x: T| if x > zero { T::ONE } else { x.min_zero() }),
            Map::Relu => each!(|x: T| if x < zero { zero } else { x }),
            Map::LeakyRelu => {
                let slope = T::from_f64(0.01);
                each!(|x: T| if x > zero { x } else { slope * x })
            }
            _ => each!(|x: T| {
                // One number at a time; outside the domain NaN, which the caller refuses.
                T::from_f64(taylor::value(map, x.to_f64()).unwrap_or(f64::NAN))
            }),
        },
    }
}

trait MinZero {
    fn min_zero(self) -> Self;
}

impl<T: Element> MinZero for T {
    /// Zero for what is at most zero, and NaN for NaN.
    #[inline(always)]
    fn min_zero(self) -> T {
        if self <= T::ZERO { T::ZERO } else { self }
    }
}

fn power<T: Real>(vectors: Vectors, exponent: f64, a: &[T], to: &mut [T]) -> bool {
    macro_rules! each {
        ($f:expr) => {
            vectors.run(
                #[inline(always)]
                || {
                    let mut trouble = T::Bits::default();
                    for (to, x) in to.iter_mut().zip(a) {
                        let value = $f(*x);
                        *to = value;
                        trouble |= value.trouble();
                    }
                    trouble == T::Bits::default()
                },
            )
        };
    }
    match exponent {
        3.0 => each!(|x: T| x * x * x),
        4.0 => each!(|x: T| (x * x) * (x * x)),
        -2.0 => each!(|x: T| T::ONE / (x * x)),
        -3.0 => each!(|x: T| T::ONE / (x * x * x)),
        1.5 => each!(|x: T| x * x.root()),
        -0.5 => each!(|x: T| T::ONE / x.root()),
        -1.5 => each!(|x: T| T::ONE / (x * x.root())),
        _ => each!(|x: T| T::from_f64(x.to_f64().powf(exponent))),
    }
}

/// `to ← f(a, b)`; whether every result is finite.
pub(crate) fn apply_binary<T: Real>(
    vectors: Vectors,
    f: Binary,
    a: Value<'_, T>,
    b: Value<'_, T>,
    to: &mut [T],
) -> bool {
    macro_rules! each {
        ($f:expr) => {
            match (a, b) {
                (Value::Slice(a), Value::Slice(b)) => vectors.run(
                    #[inline(always)]
                    || {
                        let mut trouble = T::Bits::default();
                        for ((to, x), y) in to.iter_mut().zip(a).zip(b) {
                            let value = $f(*x, *y);
                            *to = value;
                            trouble |= value.trouble();
                        }
                        trouble == T::Bits::default()
                    },
                ),
                (Value::Slice(a), Value::Number(y)) => vectors.run(
                    #[inline(always)]
                    || {
                        let mut trouble = T::Bits::default();
                        for (to, x) in to.iter_mut().zip(a) {
                            let value = $f(*x, y);
                            *to = value;
                            trouble |= value.trouble();
                        }
                        trouble == T::Bits::default()
                    },
                ),
                (Value::Number(x), Value::Slice(b)) => vectors.run(
                    #[inline(always)]
                    || {
                        let mut trouble = T::Bits::default();
                        for (to, y) in to.iter_mut().zip(b) {
                            let value = $f(x, *y);
                            *to = value;
                            trouble |= value.trouble();
                        }
                        trouble == T::Bits::default()
                    },
                ),
                (Value::Number(x), Value::Number(y)) => {
                    let value = $f(x, y);
                    to.fill(value);
                    value.finite()
                }
            }
        };
    }
    match f {
        Binary::Add => each!(|x: T, y: T| x + y),
        Binary::Sub => each!(|x: T, y: T| x - y),
        Binary::Mul => each!(|x: T, y: T| x * y),
        Binary::Div => each!(|x: T, y: T| x / y),
        Binary::Power => each!(|x: T, y: T| T::from_f64(x.to_f64().powf(y.to_f64()))),
        // A sum with NaN is NaN, a comparison with it false.
        Binary::Max => each!(|x: T, y: T| if x >= y {
            x
        } else if y > x {
            y
        } else {
            x + y
        }),
        Binary::Min => each!(|x: T, y: T| if x <= y {
            x
        } else if y < x {
            y
        } else {
            x + y
        }),
        Binary::Above => {
            let (zero, half) = (T::ZERO, T::from_f64(0.5));
            each!(|x: T, y: T| if x > y {
                T::ONE
            } else if x == y {
                half
            } else if x < y {
                zero
            } else {
                x + y
            })
        }
    }
}
