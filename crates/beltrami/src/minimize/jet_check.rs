//! Programs for derivatives, compared with jets of the expression that they come from.

use beltrami_diag::{Diagnostic, Error, codes};
use beltrami_exec::{Evaluator, Jet, Tensor};
use beltrami_solve::minimize::Objective;

use super::scalar_objective::ScalarObjective;
use super::unknown::Unknowns;
use crate::sample::{Point, Sampler};
use crate::session::Loaded;

/// Jets are exact to rounding, so that this much is a wrong derivative unless the value itself is lost in rounding.
const TOLERANCE: f64 = 1e-7;
/// Points at which derivatives are compared.
const POINTS: usize = 6;
/// So many have to agree, where so many can be compared.
const AGREE: usize = 2;

impl ScalarObjective {
    /// Compares gradient and Hessian along random directions with jets of the original expression, at and around the start.
    pub fn check(
        &mut self,
        loaded: &Loaded,
        point: &Point,
        unknowns: &Unknowns,
        seed: u64,
    ) -> Result<f64, Error> {
        let start = unknowns.start(self, point, seed);
        let mut sampler = Sampler::new(seed);
        let (mut agreed, mut compared, mut worst) = (0, 0, 0.0_f64);
        let mut difference = 0.0_f64;
        for k in 0..POINTS {
            let x: Vec<f64> = start
                .iter()
                .map(|x| {
                    if k == 0 {
                        *x
                    } else {
                        x + 0.1 * k as f64 * (0.1 + x.abs()) * sampler.normal()
                    }
                })
                .collect();
            let mut direction = || (0..x.len()).map(|_| sampler.normal()).collect::<Vec<f64>>();
            let (u, v) = (direction(), direction());
            let Some(error) = self.compare(loaded, point, unknowns, &x, &u, &v) else { continue };
            compared += 1;
            if error <= TOLERANCE {
                agreed += 1;
                worst = worst.max(error);
            } else {
                difference = difference.max(error);
            }
            if agreed == AGREE {
                break;
            }
        }
        if agreed < AGREE.min(compared) {
            let diagnostic = Diagnostic::error(
                &codes::E0501,
                format!(
                    "the derivatives of the objective differ from jets by {difference:.1e} (relative, seed \
                     {seed}), so they are not used"
                ),
            )
            .hint("this is a defect: please report the command you ran");
            return Err(Error::failed(diagnostic, &loaded.sources));
        }
        Ok(worst)
    }

    /// The larger of the relative differences of first and second derivative; `None` where they do not exist.
    fn compare(
        &mut self,
        loaded: &Loaded,
        point: &Point,
        unknowns: &Unknowns,
        x: &[f64],
        u: &[f64],
        v: &[f64],
    ) -> Option<f64> {
        let mut gradient = vec![0.0; x.len()];
        let value = self.gradient(x, &mut gradient).ok()?;
        if !value.is_finite() || gradient.iter().any(|g| !g.is_finite()) {
            return None;
        }
        let jet = jet(loaded, point, unknowns, x, u, v)?;
        // A derivative far smaller than the value may be zero but for the value's rounding.
        let floor = 1e-6 * value.abs();
        let relative = |found: f64, jet: f64, size: f64| {
            let scale = size.max(floor);
            if scale == 0.0 { 0.0 } else { (found - jet).abs() / scale }
        };
        let sum = |w: &[f64]| gradient.iter().zip(w).map(|(g, w)| g * w).sum::<f64>();
        let size = |w: &[f64]| gradient.iter().zip(w).map(|(g, w)| (g * w).abs()).sum::<f64>();
        let mut error = relative(sum(u), jet.coefficient(1), size(u));
        error = error.max(relative(sum(v), jet.coefficient(2), size(v)));
        error = error.max(relative(value, jet.coefficient(0), value.abs()));
        if self.offer().product {
            let mut product = vec![0.0; x.len()];
            self.product(x, v, &mut product).ok()?;
            if product.iter().any(|p| !p.is_finite()) {
                return None;
            }
            let found: f64 = product.iter().zip(u).map(|(p, u)| p * u).sum();
            let size: f64 = product.iter().zip(u).map(|(p, u)| (p * u).abs()).sum();
            error = error.max(relative(found, jet.coefficient(3), size));
        }
        Some(error)
    }
}

/// The objective at `x + ε₁u + ε₂v`.
fn jet(
    loaded: &Loaded,
    point: &Point,
    unknowns: &Unknowns,
    x: &[f64],
    u: &[f64],
    v: &[f64],
) -> Option<Jet<4>> {
    let size = |name: &str| point.sizes.get(name).copied();
    let symbol = |name: &str| -> Option<Tensor<Jet<4>>> {
        match unknowns.all.iter().find(|unknown| unknown.name == name) {
            Some(unknown) => {
                let (u, v) = (unknowns.tensor(unknown, u), unknowns.tensor(unknown, v));
                Jet::seed(&unknowns.tensor(unknown, x), &[Some(&u), Some(&v)]).ok()
            }
            None => Jet::seed(point.values.get(name)?, &[None, None]).ok(),
        }
    };
    let evaluator = Evaluator::new(&loaded.program.graph, &size, &symbol);
    evaluator.value(loaded.program.root).ok()?.data().first().copied()
}
