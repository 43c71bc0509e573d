//! The quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno.

use beltrami_linalg::Matrix;

use super::descent::{Direction, difference};
use super::outcome::StepKind;
use super::run::{Point, dot, norm};

/// An approximation of the inverse Hessian, updated in `n²` operations a step.
///
/// # References
/// Nocedal and Wright 2006, *Numerical Optimization*, algorithm 6.1.
#[derive(Default)]
pub(crate) struct Bfgs {
    inverse: Option<Matrix>,
}

impl Direction for Bfgs {
    const KIND: StepKind = StepKind::QuasiNewton;
    const SLOPE: f64 = 0.9;

    fn direction(&mut self, point: &Point) -> (Vec<f64>, f64) {
        match &self.inverse {
            None => {
                let direction: Vec<f64> = point.gradient.iter().map(|g| -g).collect();
                let first = 1.0_f64.min(1.0 / norm(&direction));
                (direction, first)
            }
            Some(h) => ((0..h.rows()).map(|i| -dot(h.row(i), &point.gradient)).collect(), 1.0),
        }
    }

    fn learn(&mut self, old: &Point, new: &Point) {
        let (s, y) = difference(old, new);
        let bend = dot(&s, &y);
        // The update keeps definiteness only with positive curvature along the step.
        if bend <= f64::EPSILON * norm(&s) * norm(&y) {
            return;
        }
        let n = s.len();
        let h = self.inverse.get_or_insert_with(|| {
            let scale = bend / dot(&y, &y);
            Matrix::diagonal(&vec![scale; n])
        });
        let hy: Vec<f64> = (0..n).map(|i| dot(h.row(i), &y)).collect();
        let factor = (1.0 + dot(&y, &hy) / bend) / bend;
        for i in 0..n {
            let row = &mut h.data_mut()[i * n..(i + 1) * n];
            for (j, entry) in row.iter_mut().enumerate() {
                *entry += factor * s[i] * s[j] - (hy[i] * s[j] + s[i] * hy[j]) / bend;
            }
        }
    }

    fn forget(&mut self) {
        self.inverse = None;
    }
}
