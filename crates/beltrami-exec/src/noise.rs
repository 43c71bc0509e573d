//! Random rounding: how much of a result its rounding errors could change.

use beltrami_core::ExprId;

use crate::scalar::Scalar;
use crate::tensor::Tensor;

/// Relative changes of every value of an evaluation, as if each operation had rounded otherwise (stochastic arithmetic,
/// Vignes 1974 and Parker 1997, *Monte Carlo arithmetic*).
///
/// Symmetric values stay symmetric, zeros stay zero. The result of an algorithm that is accurate by norm only changes by
/// parts of its largest entry, any other entry by parts of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Noise {
    level: f64,
    seed: u64,
}

impl Noise {
    /// The evaluation as it is.
    pub const NONE: Noise = Noise { level: 0.0, seed: 0 };

    /// Changes up to `level`, drawn from a seed.
    pub fn new(level: f64, seed: u64) -> Noise {
        Noise { level, seed }
    }

    /// Other changes of the same size.
    pub fn other(self) -> Noise {
        Noise { seed: mixed(self.seed), ..self }
    }

    /// The operand for which a backward stable algorithm gives the exact result: it differs by rounding errors relative to
    /// its largest entry; numbers that are no matrix stay, as exponents and bounds are.
    pub(crate) fn nearby<S: Scalar>(
        self,
        at: ExprId,
        place: usize,
        operand: &Tensor<S>,
    ) -> Tensor<S> {
        if operand.len() == 1 {
            return operand.clone();
        }
        let own = Noise { seed: mixed(self.seed.wrapping_add(place as u64 + 1)), ..self };
        own.disturb(at, operand.clone(), true)
    }

    /// The value of one subexpression, changed; `by_norm` where errors are relative to its largest entry.
    pub(crate) fn disturb<S: Scalar>(
        self,
        at: ExprId,
        value: Tensor<S>,
        by_norm: bool,
    ) -> Tensor<S> {
        if self.level == 0.0 {
            return value;
        }
        let seed = mixed(self.seed ^ at.index() as u64);
        let dims = value.dims().to_vec();
        let width = dims.last().copied().unwrap_or(1).max(1);
        let largest: Vec<f64> = value.data().iter().fold(Vec::new(), |mut largest, x| {
            for (set, c) in x.coefficients().iter().enumerate() {
                match largest.get_mut(set) {
                    Some(most) => *most = c.abs().max(*most),
                    None => largest.push(c.abs()),
                }
            }
            largest
        });
        let change = |place: usize, set: usize| {
            let (i, j) = (place / width, place % width);
            let bits =
                mixed(seed ^ mixed((i + j) as u64 ^ mixed((i * j) as u64 ^ (set as u64) << 40)));
            self.level * (bits as i64 as f64 / i64::MAX as f64)
        };
        let data = value.data().iter().enumerate().map(|(place, x)| {
            let c = x.coefficients();
            S::from_coefficients(|set| match c[set] {
                0.0 => 0.0,
                c if by_norm => c + largest[set] * change(place, set),
                c => c * (1.0 + change(place, set)),
            })
        });
        Tensor::new(dims, data.collect()).unwrap_or(value)
    }
}

/// One step of SplitMix64 (Steele, Lea and Flood 2014).
fn mixed(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
