//! The trust-region subproblem of few variables, solved from eigenvalues.

use beltrami_linalg::{Matrix, Qr, Svd, SymmetricEigen};

use super::run::{dot, norm};

/// A quadratic model `g'p + p'Bp/2` in the basis of the eigenvectors of `B`.
///
/// # References
/// Conn, Gould and Toint 2000, *Trust-Region Methods*, section 7.3.
pub(crate) struct Spectral {
    vectors: Matrix,
    /// Eigenvalues of `B`.
    pub curvature: Vec<f64>,
    /// The gradient in the basis.
    pub slope: Vec<f64>,
    /// Eigenvalues of this size are rounding.
    pub floor: f64,
}

/// A minimiser of the model within a radius.
#[derive(Clone, Debug)]
pub(crate) struct Trial {
    pub step: Vec<f64>,
    /// How much lower the model is there.
    pub predicted: f64,
    pub length: f64,
    pub edge: Edge,
}

/// Where the minimiser lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    /// Inside, where the model has its minimum.
    Inside,
    /// On the boundary.
    Boundary,
    /// On the boundary, and the model has no minimum.
    Concave,
}

/// A slope below this part of the whole gradient is taken for none where the curvature vanishes.
const NO_SLOPE: f64 = 1e-12;

impl Spectral {
    /// The model of a symmetric matrix; `None` where its eigenvalues are not found.
    pub fn of_hessian(b: &Matrix, gradient: &[f64]) -> Option<Spectral> {
        let eigen = SymmetricEigen::new(b).ok()?;
        let slope = (0..gradient.len()).map(|k| dot(&eigen.vectors.col(k), gradient)).collect();
        let largest = eigen.values.iter().fold(0.0_f64, |m, x| x.abs().max(m));
        // The error of computed eigenvalues, Golub and Van Loan 2013, section 8.3.
        let floor = 4.0 * gradient.len() as f64 * f64::EPSILON * largest;
        Some(Spectral { vectors: eigen.vectors, curvature: eigen.values, slope, floor })
    }

    /// The model `‖Jp + r‖²`, from the singular values of `J`, whose square would lose half of the digits.
    pub fn of_residuals(j: &Matrix, r: &[f64]) -> Option<Spectral> {
        let (m, n) = (j.rows(), j.cols());
        // The triangle of `[J r]` holds `Q'r` beside the one of `J`, so that `Q` is not needed.
        let joined = Matrix::from_fn(m, n + 1, |i, k| if k < n { j[(i, k)] } else { r[i] });
        let triangle = Qr::new(&joined).ok()?.r;
        let rows = triangle.rows().min(n);
        let square = Matrix::from_fn(n, n, |i, k| if i < rows { triangle[(i, k)] } else { 0.0 });
        let right: Vec<f64> =
            (0..n).map(|i| if i < rows { triangle[(i, n)] } else { 0.0 }).collect();
        let svd = Svd::new(&square).ok()?;
        let floor = 4.0 * n.max(m) as f64 * f64::EPSILON * svd.s.first().copied().unwrap_or(0.0);
        let mut curvature = Vec::with_capacity(n);
        let mut slope = Vec::with_capacity(n);
        for (k, &s) in svd.s.iter().enumerate() {
            // Below the floor a singular value is rounding, and so is the slope along its vector.
            let s = if s <= floor { 0.0 } else { s };
            curvature.push(2.0 * s * s);
            slope.push(2.0 * s * dot(&svd.u.col(k), &right));
        }
        Some(Spectral { vectors: svd.v, curvature, slope, floor: 0.0 })
    }

    /// The least eigenvalue.
    pub fn least(&self) -> f64 {
        self.curvature.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// The minimum of the model, of least length where it is not unique; `None` where the model has none.
    pub fn minimum(&self) -> Option<Trial> {
        let all = norm(&self.slope);
        let mut coefficients = Vec::with_capacity(self.slope.len());
        for (&curvature, &slope) in self.curvature.iter().zip(&self.slope) {
            coefficients.push(if curvature > self.floor {
                -slope / curvature
            } else if curvature < -self.floor || slope.abs() > NO_SLOPE * all {
                return None;
            } else {
                0.0
            });
        }
        Some(self.trial(&coefficients, Edge::Inside))
    }

    /// The minimum of the model within `radius`.
    pub fn within(&self, radius: f64) -> Trial {
        if let Some(inside) = self.minimum().filter(|trial| trial.length <= radius) {
            return inside;
        }
        let least = self.least();
        let largest = self.curvature.iter().fold(0.0_f64, |m, x| x.abs().max(m));
        let all = norm(&self.slope);
        let low = (-least).max(0.0);
        let tiny = f64::EPSILON * (largest + low) + f64::MIN_POSITIVE;
        let edge = if least < -self.floor { Edge::Concave } else { Edge::Boundary };
        let at = |shift: f64| -> Vec<f64> {
            self.curvature.iter().zip(&self.slope).map(|(c, s)| -s / (c + shift)).collect()
        };
        let shortest_shift = low + tiny;
        let mut coefficients = at(shortest_shift);
        let length = norm(&coefficients);
        if length <= radius {
            // The hard case: no slope along the least eigenvalue, so the rest of the way goes along its vector.
            if let Some(k) = self.curvature.iter().position(|c| *c == least) {
                let side = if self.slope[k] > 0.0 { -1.0 } else { 1.0 };
                let others = length.powi(2) - coefficients[k].powi(2);
                coefficients[k] = side * (radius.powi(2) - others.max(0.0)).max(0.0).sqrt();
            }
            return self.trial(&coefficients, edge);
        }
        // `1/‖p‖` is nearly linear in the shift, so Newton's method on it converges from the left (Moré and Sorensen 1983).
        let (mut left, mut right) = (shortest_shift, low + all / radius);
        let mut shift = left;
        for _ in 0..100 {
            coefficients = at(shift);
            let length = norm(&coefficients);
            if (length - radius).abs() <= 1e-3 * radius {
                break;
            }
            if length > radius {
                left = shift;
            } else {
                right = shift;
            }
            let bend: f64 = coefficients
                .iter()
                .zip(&self.curvature)
                .map(|(p, c)| (p / length).powi(2) / (c + shift))
                .sum();
            let next = shift + (length - radius) / radius / bend;
            shift = if next > left && next < right { next } else { 0.5 * (left + right) };
        }
        self.trial(&coefficients, edge)
    }

    fn trial(&self, coefficients: &[f64], edge: Edge) -> Trial {
        let step: Vec<f64> =
            (0..coefficients.len()).map(|i| dot(self.vectors.row(i), coefficients)).collect();
        let predicted = coefficients
            .iter()
            .zip(self.curvature.iter().zip(&self.slope))
            .map(|(p, (c, s))| -(s + 0.5 * c * p) * p)
            .sum();
        Trial { step, predicted, length: norm(coefficients), edge }
    }

    /// The eigenvector of one eigenvalue.
    pub fn vector(&self, k: usize) -> Vec<f64> {
        self.vectors.col(k)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The model's value.
    fn model(b: &Matrix, g: &[f64], p: &[f64]) -> f64 {
        let bp: Vec<f64> = (0..g.len()).map(|i| dot(b.row(i), p)).collect();
        dot(g, p) + 0.5 * dot(p, &bp)
    }

    #[test]
    fn no_point_of_the_disc_is_lower_than_the_trial() {
        let cases = [
            ([2.0, 0.5, 3.0], [1.0, -1.0], 0.3),
            ([2.0, 0.5, 3.0], [1.0, -1.0], 5.0),
            ([-2.0, 0.5, 1.0], [1.0, -1.0], 1.5),
            // The hard case: no slope along the negative eigenvalue.
            ([-1.0, 0.0, 2.0], [0.0, 1.0], 2.0),
            ([-1.0, 0.0, 2.0], [0.0, 0.0], 1.0),
            ([0.0, 0.0, 1.0], [1.0, 1.0], 1.0),
        ];
        for ([a, b, c], g, radius) in cases {
            let matrix = Matrix::from_fn(2, 2, |i, j| if i != j { b } else { [a, c][i] });
            let trial = Spectral::of_hessian(&matrix, &g).expect("finite").within(radius);
            assert!(trial.length <= radius * 1.001);
            let found = model(&matrix, &g, &trial.step);
            assert!((found + trial.predicted).abs() < 1e-12, "{a} {b} {c}: {found}");
            for k in 0..2000 {
                let (turn, part) = (0.1 * f64::from(k), f64::from(k % 20 + 1) / 20.0);
                let p = [radius * part * turn.cos(), radius * part * turn.sin()];
                // The length is met to 1e-3, and the model changes by at most slope times that.
                assert!(found <= model(&matrix, &g, &p) + 0.02, "{a} {b} {c} {g:?}: {p:?}");
            }
        }
    }

    #[test]
    fn residuals_and_their_normal_equations_give_one_step() {
        let j = Matrix::from_fn(5, 3, |i, k| ((i * 3 + k) as f64 * 0.7).sin());
        let r = [1.0, -0.5, 0.2, 0.9, -1.3];
        let jtj = Matrix::from_fn(3, 3, |a, b| 2.0 * dot(&j.col(a), &j.col(b)));
        let g: Vec<f64> = (0..3).map(|a| 2.0 * dot(&j.col(a), &r)).collect();
        for radius in [0.1, 1.0, 100.0] {
            let one = Spectral::of_residuals(&j, &r).expect("finite").within(radius);
            let two = Spectral::of_hessian(&jtj, &g).expect("finite").within(radius);
            // Each meets the radius to 1e-3.
            assert!((one.predicted - two.predicted).abs() < 4e-3 * one.predicted);
        }
    }
}
