//! The trust-region subproblem of many variables, solved by factoring shifted Hessians.

use super::hessian::{Factor, Hessian};
use super::run::{dot, norm};
use super::spectral::{Edge, Trial};

/// A quadratic model `g'p + p'Hp/2`, lengths being those of `diag(weights)*p`.
pub(crate) struct Shifted<'a> {
    pub hessian: &'a Hessian,
    pub gradient: &'a [f64],
    pub weights: &'a [f64],
}

/// Factorisations before the best step so far is taken.
const MOST_FACTORS: usize = 40;
/// How exactly the radius is met (Moré and Sorensen 1983, section 5).
const SLACK: f64 = 0.1;

impl Shifted<'_> {
    /// The minimum of the model; `None` where the Hessian is not positive definite.
    pub fn minimum(&self) -> Option<Trial> {
        let factor = self.hessian.factor(0.0, self.weights)?;
        self.solution(&factor).map(|step| self.trial(step, Edge::Inside))
    }

    /// The minimum of the model within `radius`, `inside` being its minimum.
    ///
    /// # References
    /// Moré and Sorensen 1983, *Computing a trust region step*, algorithm 3.14.
    pub fn within(&self, radius: f64, inside: Option<&Trial>) -> Trial {
        if let Some(inside) = inside.filter(|trial| trial.length <= radius) {
            return inside.clone();
        }
        let scaled: Vec<f64> = self.gradient.iter().zip(self.weights).map(|(g, w)| g / w).collect();
        let diagonal = self.hessian.diagonal();
        let mut low =
            diagonal.iter().zip(self.weights).map(|(h, w)| -h / (w * w)).fold(0.0_f64, f64::max);
        let mut high = norm(&scaled) / radius + self.bound();
        let mut shift = if low > 0.0 { low + 1e-3 * (high - low) } else { 1e-3 * high };
        let mut edge = Edge::Boundary;
        let mut best: Option<Trial> = None;
        for _ in 0..MOST_FACTORS {
            let Some(factor) = self.hessian.factor(shift, self.weights) else {
                edge = Edge::Concave;
                low = low.max(shift);
                shift = (low * high).sqrt().max(low + 0.01 * (high - low));
                continue;
            };
            let Some(step) = self.solution(&factor) else { break };
            let length = self.length(&step);
            if (length - radius).abs() <= SLACK * radius {
                return self.trial(step, edge);
            }
            let pulled: Vec<f64> = step.iter().zip(self.weights).map(|(p, w)| w * w * p).collect();
            let Some(answer) = factor.solve(&pulled) else { break };
            let bend = dot(&pulled, &answer);
            if length < radius {
                high = high.min(shift);
                let filled = self.filled(&factor, &step, radius);
                let gain = |trial: &Trial| trial.predicted;
                // Nearly the hard case: the least eigenvector fills the way to the boundary.
                if let Some(filled) = filled {
                    let enough = filled.predicted
                        >= (1.0 - SLACK)
                            * 0.5
                            * (shift * radius * radius - dot(self.gradient, &step));
                    if best.as_ref().is_none_or(|best| gain(&filled) > gain(best)) {
                        best = Some(Trial { edge, ..filled });
                    }
                    if enough {
                        break;
                    }
                }
            } else {
                low = low.max(shift);
            }
            let next = shift + length * length / bend * (length - radius) / radius;
            shift = if next > low && next < high {
                next
            } else {
                (low * high).sqrt().max(low + 0.01 * (high - low))
            };
            if high - low <= 1e-14 * high {
                break;
            }
        }
        best.unwrap_or_else(|| self.downhill(radius))
    }

    /// Along the negative gradient as far as the radius and the model allow.
    fn downhill(&self, radius: f64) -> Trial {
        let direction: Vec<f64> =
            self.gradient.iter().zip(self.weights).map(|(g, w)| -g / (w * w)).collect();
        let bend = dot(&direction, &self.hessian.times(&direction));
        let slope = -dot(self.gradient, &direction);
        let farthest = radius / self.length(&direction).max(f64::MIN_POSITIVE);
        let t = if bend > 0.0 { farthest.min(slope / bend) } else { farthest };
        self.trial(direction.iter().map(|p| t * p).collect(), Edge::Boundary)
    }

    /// The step with as much of the least eigenvector as reaches the radius.
    fn filled(&self, factor: &Factor, step: &[f64], radius: f64) -> Option<Trial> {
        // Three inverse iterations from a vector without symmetry.
        let mut z: Vec<f64> = (0..step.len()).map(|i| 1.0 + 0.5 * (i as f64).sin()).collect();
        for _ in 0..3 {
            let pulled: Vec<f64> = z.iter().zip(self.weights).map(|(z, w)| w * w * z).collect();
            z = factor.solve(&pulled)?;
            let length = self.length(&z);
            z.iter_mut().for_each(|z| *z /= length);
        }
        let inner: f64 =
            step.iter().zip(&z).zip(self.weights).map(|((p, z), w)| w * w * p * z).sum();
        let rest = radius * radius - self.length(step).powi(2);
        let root = (inner * inner + rest).sqrt();
        let ends = [-inner + root, -inner - root];
        ends.into_iter()
            .map(|t| {
                self.trial(step.iter().zip(&z).map(|(p, z)| p + t * z).collect(), Edge::Concave)
            })
            .max_by(|a, b| a.predicted.total_cmp(&b.predicted))
    }

    fn solution(&self, factor: &Factor) -> Option<Vec<f64>> {
        let mut step = factor.solve(self.gradient)?;
        step.iter_mut().for_each(|p| *p = -*p);
        Some(step)
    }

    fn length(&self, step: &[f64]) -> f64 {
        let weighted: Vec<f64> = step.iter().zip(self.weights).map(|(p, w)| p * w).collect();
        norm(&weighted)
    }

    fn trial(&self, step: Vec<f64>, edge: Edge) -> Trial {
        let bend = dot(&step, &self.hessian.times(&step));
        let predicted = -dot(self.gradient, &step) - 0.5 * bend;
        Trial { length: self.length(&step), predicted, step, edge }
    }

    /// A bound on the size of the scaled Hessian: its largest row sum.
    fn bound(&self) -> f64 {
        let w = self.weights;
        let mut sums = vec![0.0_f64; w.len()];
        match self.hessian {
            Hessian::Dense(a) => {
                for (i, sum) in sums.iter_mut().enumerate() {
                    *sum = a.row(i).iter().zip(w).map(|(h, v)| (h / (w[i] * v)).abs()).sum();
                }
            }
            Hessian::Banded(a) => {
                for (i, row) in a.rows().chunks(a.width() + 1).enumerate() {
                    for j in i.saturating_sub(a.width())..=i {
                        let entry = (row[a.width() - (i - j)] / (w[i] * w[j])).abs();
                        sums[i] += entry;
                        if j < i {
                            sums[j] += entry;
                        }
                    }
                }
            }
            Hessian::Blocks(blocks) => {
                let mut top = 0;
                for block in blocks {
                    for i in 0..block.rows() {
                        let part = &w[top..top + block.rows()];
                        sums[top + i] = block
                            .row(i)
                            .iter()
                            .zip(part)
                            .map(|(h, v)| (h / (w[top + i] * v)).abs())
                            .sum();
                    }
                    top += block.rows();
                }
            }
        }
        sums.into_iter().fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use beltrami_linalg::Matrix;

    use super::super::spectral::Spectral;
    use super::*;

    #[test]
    fn factored_and_spectral_steps_lower_the_model_alike() {
        let n = 6;
        for (case, shift) in [0.0, -1.0, -3.0, 2.0].into_iter().enumerate() {
            let entry = |i: usize, j: usize| {
                ((i * j + i + j + case) as f64).cos() + if i == j { 1.0 + shift } else { 0.0 }
            };
            let a = Matrix::from_fn(n, n, entry);
            let g: Vec<f64> = (0..n).map(|i| (i as f64 + 0.3).sin()).collect();
            let (hessian, weights) = (Hessian::Dense(a.clone()), vec![1.0; n]);
            let shifted = Shifted { hessian: &hessian, gradient: &g, weights: &weights };
            for radius in [0.05, 1.0, 20.0] {
                let one = shifted.within(radius, shifted.minimum().as_ref());
                let two = Spectral::of_hessian(&a, &g).expect("finite").within(radius);
                assert!(one.length <= 1.11 * radius);
                // The radius is met to a tenth, so the gain is within two.
                let ratio = one.predicted / two.predicted;
                assert!((0.75..1.25).contains(&ratio), "case {case}, radius {radius}: {ratio}");
            }
        }
    }
}
