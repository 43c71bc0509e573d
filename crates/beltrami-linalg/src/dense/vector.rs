//! Loops compiled for the widest vector instructions that the machine has.

use pulp::{Arch, NullaryFnOnce, Simd, WithSimd};

/// What the machine can do, found once and passed to every loop.
#[derive(Clone, Copy, Debug, Default)]
pub struct Vectors(Arch);

impl Vectors {
    /// Asks the machine.
    pub fn new() -> Vectors {
        Vectors(Arch::new())
    }

    /// Runs `body` with those instructions. The closure must be `#[inline(always)]`, and what it calls too: what is not
    /// inlined is compiled for the oldest machine, where a fused product is a call of a function.
    #[inline(always)]
    pub fn run<R>(self, body: impl FnMut() -> R) -> R {
        self.0.dispatch(Body(body))
    }

    /// Runs a kernel that is written in vectors.
    #[inline(always)]
    pub(crate) fn kernel<K: WithSimd>(self, kernel: K) -> K::Output {
        self.0.dispatch(kernel)
    }
}

/// A body that is called as it is: by `FnOnce`, a function between would be compiled for the oldest machine.
struct Body<F>(F);

impl<R, F: FnMut() -> R> NullaryFnOnce for Body<F> {
    type Output = R;

    #[inline(always)]
    fn call(mut self) -> R {
        (self.0)()
    }
}

/// A number of which several are one vector.
pub trait Lanes: Copy {
    /// As many numbers as one instruction takes.
    type Vector<S: Simd>: Copy;

    /// The vectors of a slice, and the numbers that fill none.
    fn vectors<S: Simd>(x: &[Self]) -> (&[Self::Vector<S>], &[Self]);

    /// The same, to write.
    fn vectors_mut<S: Simd>(x: &mut [Self]) -> (&mut [Self::Vector<S>], &mut [Self]);

    /// The number in every place.
    fn splat<S: Simd>(simd: S, x: Self) -> Self::Vector<S>;

    /// `a*b + c`, rounded once where the machine can.
    fn times_plus<S: Simd>(
        simd: S,
        a: Self::Vector<S>,
        b: Self::Vector<S>,
        c: Self::Vector<S>,
    ) -> Self::Vector<S>;

    /// `a + b`.
    fn plus<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>) -> Self::Vector<S>;

    /// The sum of the numbers of a vector.
    fn total<S: Simd>(simd: S, a: Self::Vector<S>) -> Self;
}

macro_rules! lanes {
    ($number:ty, $vector:ident, $split:ident, $split_mut:ident, $splat:ident, $fused:ident, $add:ident, $sum:ident) => {
        impl Lanes for $number {
            type Vector<S: Simd> = S::$vector;

            #[inline(always)]
            fn vectors<S: Simd>(x: &[$number]) -> (&[S::$vector], &[$number]) {
                S::$split(x)
            }

            #[inline(always)]
            fn vectors_mut<S: Simd>(x: &mut [$number]) -> (&mut [S::$vector], &mut [$number]) {
                S::$split_mut(x)
            }

            #[inline(always)]
            fn splat<S: Simd>(simd: S, x: $number) -> S::$vector {
                simd.$splat(x)
            }

            #[inline(always)]
            fn times_plus<S: Simd>(
                simd: S,
                a: S::$vector,
                b: S::$vector,
                c: S::$vector,
            ) -> S::$vector {
                simd.$fused(a, b, c)
            }

            #[inline(always)]
            fn plus<S: Simd>(simd: S, a: S::$vector, b: S::$vector) -> S::$vector {
                simd.$add(a, b)
            }

            #[inline(always)]
            fn total<S: Simd>(simd: S, a: S::$vector) -> $number {
                simd.$sum(a)
            }
        }
    };
}

lanes!(
    f64,
    f64s,
    as_simd_f64s,
    as_mut_simd_f64s,
    splat_f64s,
    mul_add_e_f64s,
    add_f64s,
    reduce_sum_f64s
);
lanes!(
    f32,
    f32s,
    as_simd_f32s,
    as_mut_simd_f32s,
    splat_f32s,
    mul_add_e_f32s,
    add_f32s,
    reduce_sum_f32s
);
