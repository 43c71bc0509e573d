//! Real numbers with nilpotent infinitesimals.

use std::ops::{Add, AddAssign, Mul, Neg, Sub, SubAssign};

use crate::error::ExecError;
use crate::scalar::Scalar;
use crate::tensor::Tensor;

/// A number `Σ_S c_S ε_S` over the sets `S` of `k` infinitesimals with `ε_i² = 0`, where `N = 2^k`.
///
/// Set `S` is the bit pattern of its members: `c_0` is the real part, `c_1` belongs to `ε₁`, `c_2` to `ε₂`, `c_3` to `ε₁ε₂`.
/// Evaluated at `x + ε₁u + ε₂v`, an expression has the mixed derivative `D²f(x)[u,v]` as its coefficient `c_3`, exact up
/// to rounding. `N` is 1, 2, 4, 8 or 16; any other is refused by the compiler.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jet<const N: usize>([f64; N]);

impl<const N: usize> Jet<N> {
    /// `x + ε_which`, infinitesimals counted from 0; a constant when there are not that many.
    pub fn variable(x: f64, which: usize) -> Jet<N> {
        let mut jet = Jet::from_real(x);
        if let Some(c) = 1_usize.checked_shl(which as u32).and_then(|set| jet.0.get_mut(set)) {
            *c = 1.0;
        }
        jet
    }

    /// The coefficient of a set of infinitesimals; 0 outside the algebra.
    pub fn coefficient(&self, set: usize) -> f64 {
        self.0.get(set).copied().unwrap_or(0.0)
    }

    /// `value + Σ_i ε_i * directions[i]`, the point at which to take the mixed derivative along the directions.
    ///
    /// # Errors
    /// [`ExecError::Shape`] when there are more directions than infinitesimals, or one has another shape than the value.
    pub fn seed(
        value: &Tensor<f64>,
        directions: &[Option<&Tensor<f64>>],
    ) -> Result<Tensor<Jet<N>>, ExecError> {
        if directions.len() > Self::ORDER
            || directions.iter().flatten().any(|d| d.dims() != value.dims())
        {
            let detail =
                format!("{} directions, or one of another shape than the value", directions.len());
            return Err(ExecError::shape(beltrami_core::Kernel::Add, detail));
        }
        let data = (0..value.len()).map(|entry| {
            Jet::from_coefficients(|set| match set {
                0 => value.data()[entry],
                set if set.is_power_of_two() => directions
                    .get(set.trailing_zeros() as usize)
                    .copied()
                    .flatten()
                    .map_or(0.0, |d| d.data()[entry]),
                _ => 0.0,
            })
        });
        Tensor::new(value.dims().to_vec(), data.collect())
    }

    /// The coefficients of one set, as a tensor of real numbers.
    pub fn part(tensor: &Tensor<Jet<N>>, set: usize) -> Tensor<f64> {
        tensor.map(|jet| jet.coefficient(set))
    }
}

impl<const N: usize> Scalar for Jet<N> {
    const ORDER: usize = {
        assert!(N.is_power_of_two() && N <= 16, "Jet<N> needs N = 1, 2, 4, 8 or 16");
        N.trailing_zeros() as usize
    };

    fn from_real(x: f64) -> Jet<N> {
        let mut c = [0.0; N];
        c[0] = x;
        Jet(c)
    }

    fn from_coefficients(coefficient: impl FnMut(usize) -> f64) -> Jet<N> {
        Jet(std::array::from_fn(coefficient))
    }

    fn coefficients(&self) -> &[f64] {
        &self.0
    }
}

impl<const N: usize> Add for Jet<N> {
    type Output = Jet<N>;

    fn add(mut self, other: Jet<N>) -> Jet<N> {
        self += other;
        self
    }
}

impl<const N: usize> Sub for Jet<N> {
    type Output = Jet<N>;

    fn sub(mut self, other: Jet<N>) -> Jet<N> {
        self -= other;
        self
    }
}

impl<const N: usize> AddAssign for Jet<N> {
    fn add_assign(&mut self, other: Jet<N>) {
        self.0.iter_mut().zip(other.0).for_each(|(x, y)| *x += y);
    }
}

impl<const N: usize> SubAssign for Jet<N> {
    fn sub_assign(&mut self, other: Jet<N>) {
        self.0.iter_mut().zip(other.0).for_each(|(x, y)| *x -= y);
    }
}

impl<const N: usize> Neg for Jet<N> {
    type Output = Jet<N>;

    fn neg(self) -> Jet<N> {
        Jet(self.0.map(|x| -x))
    }
}

/// `ε_S ε_T` is `ε_{S∪T}` for disjoint sets and zero otherwise: a convolution over subsets.
impl<const N: usize> Mul for Jet<N> {
    type Output = Jet<N>;

    fn mul(self, other: Jet<N>) -> Jet<N> {
        let mut product = [0.0; N];
        for (set, sum) in product.iter_mut().enumerate() {
            // The subsets of a bit pattern in descending order.
            let mut part = set;
            loop {
                *sum += self.0[part] * other.0[set ^ part];
                if part == 0 {
                    break;
                }
                part = (part - 1) & set;
            }
        }
        Jet(product)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_follow_the_algebra() {
        let (x, y) = (Jet::<4>::variable(2.0, 0), Jet::<4>::variable(3.0, 1));
        assert_eq!((x * y).coefficients(), [6.0, 3.0, 2.0, 1.0]);
        assert_eq!((x * x).coefficients(), [4.0, 4.0, 0.0, 0.0]);
        assert_eq!(x.divide(y).unwrap().coefficients()[3], -1.0 / 9.0);
        assert!(x.divide(Jet::from_real(0.0)).is_err());
        assert_eq!(Jet::<1>::ORDER, 0);
        assert_eq!(Jet::<16>::ORDER, 4);
    }
}
