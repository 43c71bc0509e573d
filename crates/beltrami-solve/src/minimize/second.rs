//! Second derivatives at a point, as the verdict sees them.

use beltrami_linalg::Matrix;

use super::hessian::Hessian;
use super::lbfgs::held;
use super::outcome::Measure;
use super::probe::mixtures;
use super::run::{Point, Run, dot, norm};
use super::shifted::Shifted;
use super::spectral::Spectral;

/// Up to this many variables the verdict sees eigenvalues; beyond, a Cholesky factorisation where it exists.
const FEW: usize = 150;
/// The most variables whose eigenvalues are computed when there is no factorisation.
const MANY: usize = 1500;
/// The most variables whose Hessian is put together from products.
const PRODUCTS: usize = 300;
/// Curvature below this part of the largest is no negative curvature: it may come from rounding in the Hessian's entries.
const NEGATIVE: f64 = 1e-11;
/// As much as the point is away from where the slope vanishes, relative, curvature may differ from that there; up to this,
/// values say whether it is negative.
const UNSURE: f64 = 1e-4;

/// Of a large Hessian so many directions without curvature are looked along.
const PROBED: usize = 8;

/// The second derivatives at a point, of the variables that no bound holds.
pub(crate) struct Second {
    pub inertia: Option<[usize; 3]>,
    /// The Newton step of least length, weighted, and how much it lowers the model where there is positive curvature.
    step: f64,
    predicted: f64,
    /// The same step, of each variable.
    newton: Vec<f64>,
    /// The largest curvature along a variable.
    steepest: f64,
    weights: Vec<f64>,
    /// Unit vectors along which there is no curvature.
    pub level: Vec<Vec<f64>>,
    /// Vectors along which there is curvature, conjugate to each other, with the curvature along each.
    range: Vec<(Vec<f64>, f64)>,
    /// The sizes of the Hessian's entries, and the variables that they belong to.
    entries: Option<(Matrix, Vec<usize>)>,
    /// A unit vector along the most negative curvature, if there is any.
    pub concave: Option<Vec<f64>>,
}

impl Second {
    /// Where there is a Hessian, or products enough to put one together.
    pub fn at(run: &mut Run<'_>, point: &Point) -> Option<Second> {
        if let Some(second) = Second::by_factors(run, point) {
            return Some(second);
        }
        let hessian = hessian(run, point)?;
        let free: Vec<usize> = match &run.bounds {
            None => (0..point.x.len()).collect(),
            Some(bounds) => {
                let held = held(point, bounds);
                (0..point.x.len()).filter(|i| !held[*i]).collect()
            }
        };
        let whole = free.len() == point.x.len();
        let hessian = if whole {
            hessian
        } else {
            let dense = hessian.dense();
            let (n, entry) = (free.len(), |i: usize, j: usize| dense[(free[i], free[j])]);
            Hessian::Dense(Matrix::from_fn(n, n, entry))
        };
        let gradient: Vec<f64> = free.iter().map(|i| point.gradient[*i]).collect();
        let own = hessian.weights();
        let mut weights = vec![1.0; point.x.len()];
        free.iter().zip(&own).for_each(|(i, w)| weights[*i] = *w);
        let n = free.len();
        if n > FEW {
            let shifted = Shifted { hessian: &hessian, gradient: &gradient, weights: &own };
            if let Some(newton) = shifted.minimum() {
                let mut step = vec![0.0; point.x.len()];
                free.iter().zip(&newton.step).for_each(|(i, p)| step[*i] = *p);
                return Some(Second {
                    inertia: Some([0, 0, n]),
                    newton: step,
                    step: newton.length,
                    predicted: newton.predicted,
                    steepest: 0.0,
                    weights,
                    level: Vec::new(),
                    range: Vec::new(),
                    entries: None,
                    concave: None,
                });
            }
            if n > MANY {
                return None;
            }
        }
        let dense = hessian.dense();
        let scaled = Matrix::from_fn(n, n, |i, j| dense[(i, j)] / (own[i] * own[j]));
        let slope: Vec<f64> = gradient.iter().zip(&own).map(|(g, w)| g / w).collect();
        let spectral = Spectral::of_hessian(&scaled, &slope)?;
        let mut second = Second {
            inertia: None,
            step: 0.0,
            predicted: 0.0,
            newton: Vec::new(),
            steepest: 0.0,
            weights,
            level: Vec::new(),
            range: Vec::new(),
            entries: Some((Matrix::from_fn(n, n, |i, j| dense[(i, j)].abs()), free.clone())),
            concave: None,
        };
        let extent = run.extent(&point.x, &second.weights);
        let steepest = hessian.diagonal().iter().fold(0.0_f64, |m, h| h.abs().max(m));
        second.classify(&spectral, (&free, &own), extent, steepest);
        Some(second)
    }

    /// By the factors of a Hessian that is one Kronecker product, of which there is no other form.
    fn by_factors(run: &mut Run<'_>, point: &Point) -> Option<Second> {
        let (offer, n) = (run.objective.offer(), point.x.len());
        if offer.hessian.is_some() || !offer.kronecker || run.bounds.is_some() {
            return None;
        }
        let blocks = run.objective.kronecker(&point.x)?;
        let [block] = &blocks[..] else { return None };
        let spectrum = block.spectrum(&point.gradient)?;
        let largest = spectrum.values.iter().fold(0.0_f64, |m, x| x.abs().max(m));
        let mut second = Second {
            inertia: None,
            step: 0.0,
            predicted: 0.0,
            newton: Vec::new(),
            steepest: 0.0,
            weights: vec![1.0; n],
            level: Vec::new(),
            range: Vec::new(),
            entries: None,
            concave: None,
        };
        let mut inertia = [0; 3];
        let mut square = 0.0;
        for (k, (value, slope)) in spectrum.values.iter().zip(&spectrum.slopes).enumerate() {
            if *value < -NEGATIVE * largest {
                inertia[0] += 1;
                second.concave.get_or_insert_with(|| block.vector(k));
            } else if *value > NEGATIVE * largest {
                inertia[2] += 1;
                square += (slope / value).powi(2);
                second.predicted += 0.5 * slope * slope / value;
            } else {
                inertia[1] += 1;
                if second.level.len() < PROBED {
                    second.level.push(block.vector(k));
                }
            }
        }
        second.step = square.sqrt();
        second.inertia = Some(inertia);
        Some(second)
    }

    /// Sorts the eigenvectors by the sign of their curvature; those of weak negative curvature count as level.
    fn classify(
        &mut self,
        spectral: &Spectral,
        (free, own): (&[usize], &[f64]),
        extent: f64,
        steepest: f64,
    ) {
        let largest = spectral.curvature.iter().fold(0.0_f64, |m, c| c.abs().max(m));
        let parts = || spectral.curvature.iter().zip(&spectral.slope).enumerate();
        // The eigenvectors in the variables themselves.
        self.steepest = steepest;
        let all = self.weights.len();
        let unweighted = |k: usize| -> Vec<f64> {
            let mut direction = vec![0.0; all];
            for ((i, w), v) in free.iter().zip(own).zip(spectral.vector(k)) {
                direction[*i] = v / w;
            }
            direction
        };
        let lengths: Vec<f64> = parts().map(|(k, _)| norm(&unweighted(k))).collect();
        let unit =
            |k: usize| -> Vec<f64> { unweighted(k).into_iter().map(|d| d / lengths[k]).collect() };
        // To where the slope of the model vanishes, whatever that is.
        let steps = parts().filter(|(_, (curvature, _))| curvature.abs() > spectral.floor);
        self.newton = vec![0.0; all];
        let mut coefficients = Vec::new();
        for (k, (curvature, slope)) in steps {
            let part = -slope / curvature;
            coefficients.push(part);
            self.newton.iter_mut().zip(unweighted(k)).for_each(|(p, v)| *p += part * v);
        }
        self.step = norm(&coefficients);
        let unsure = NEGATIVE.max((self.step / extent).min(UNSURE));
        let negative = |k: usize| {
            spectral.curvature[k] < -NEGATIVE * largest
                && spectral.curvature[k] / lengths[k].powi(2) < -unsure * steepest
        };
        let mut inertia = [0; 3];
        for (k, (&curvature, &slope)) in parts() {
            if negative(k) {
                inertia[0] += 1;
                // Eigenvalues ascend.
                self.concave.get_or_insert_with(|| unit(k));
            } else if curvature > spectral.floor {
                inertia[2] += 1;
                self.predicted += 0.5 * slope * slope / curvature;
            } else {
                inertia[1] += 1;
                self.level.push(unit(k));
            }
        }
        self.inertia = Some(inertia);
        if !self.level.is_empty() {
            let steep = parts().filter(|(_, (curvature, _))| **curvature > spectral.floor);
            self.range = steep.map(|(k, (curvature, _))| (unweighted(k), *curvature)).collect();
        }
    }

    /// Whether there is curvature along any direction that is known.
    pub fn has_range(&self) -> bool {
        !self.range.is_empty()
    }

    /// The step to where this gradient vanishes in the directions that have curvature, as the Hessian sees it.
    pub fn to_bottom(&self, gradient: &[f64]) -> Option<Vec<f64>> {
        let mut step = vec![0.0; gradient.len()];
        for (vector, curvature) in &self.range {
            let part = -dot(vector, gradient) / curvature;
            step.iter_mut().zip(vector).for_each(|(s, v)| *s += part * v);
        }
        step.iter().all(|s| s.is_finite()).then_some(step)
    }

    /// The size of the terms that may cancel in the change of the value along a step.
    pub fn terms(&self, step: &[f64]) -> f64 {
        let Some((sizes, free)) = &self.entries else { return 0.0 };
        let part: Vec<f64> = free.iter().map(|i| step[*i].abs()).collect();
        part.iter().enumerate().map(|(i, p)| p * dot(sizes.row(i), &part)).sum()
    }

    /// Along what to look: the directions without curvature, and some of their sums.
    pub fn looks(&self) -> Vec<Vec<f64>> {
        /// Sums without structure.
        const DRAWN: usize = 8;
        let mut all = self.level.clone();
        if all.len() > 1 && self.entries.is_some() {
            all.extend(mixtures(&self.level, DRAWN));
        }
        all
    }

    /// The part of the negative gradient along directions without curvature.
    pub fn level_descent(&self, point: &Point) -> Vec<f64> {
        let mut sum = vec![0.0; point.x.len()];
        for direction in &self.level {
            let slope = dot(&point.gradient, direction);
            sum.iter_mut().zip(direction).for_each(|(sum, d)| *sum -= slope * d);
        }
        sum
    }

    /// Whether the slope along directions without curvature is more than what is left of a minimum: then it is one of a kink, or
    /// of a way that goes on.
    pub fn slopes(&self, run: &Run<'_>, point: &Point) -> bool {
        let tolerance = run.options.tolerance.sqrt();
        let extent = run.extent(&point.x, &vec![1.0; point.x.len()]);
        let slope = norm(&self.level_descent(point)) * extent;
        let terms = self.steepest * extent * extent;
        !self.level.is_empty() && slope > tolerance * terms.max(point.value.abs()).max(run.floor)
    }

    /// The Newton step of each variable against the size of that variable: one of little curvature is hidden beside the others.
    fn own_steps<'s>(
        &'s self,
        run: &'s Run<'_>,
        point: &'s Point,
    ) -> impl Iterator<Item = f64> + 's {
        let entries = self.newton.iter().zip(point.x.iter().zip(&run.start));
        entries.map(|(p, (x, start))| {
            // A start at zero says nothing of the size.
            let least = if *start == 0.0 { 1.0 } else { 0.0 };
            let size = x.abs().max((x - start).abs()).max(least);
            p.abs() / size
        })
    }

    /// The variables whose own Newton steps are long, each as the direction of its step.
    pub fn far(&self, run: &Run<'_>, point: &Point) -> Vec<Vec<f64>> {
        let tolerance = run.options.tolerance.sqrt();
        let long = self.own_steps(run, point).enumerate().filter(|(_, step)| *step > tolerance);
        long.take(PROBED)
            .map(|(i, _)| {
                let mut axis = vec![0.0; point.x.len()];
                axis[i] = self.newton[i].signum();
                axis
            })
            .collect()
    }

    /// The Newton step and what it promises.
    pub fn measures(&self, run: &Run<'_>, point: &Point) -> Vec<Measure> {
        let tolerance = run.options.tolerance;
        let extent = run.extent(&point.x, &self.weights);
        let whole = if self.step == 0.0 { 0.0 } else { self.step / extent };
        let step = self.own_steps(run, point).fold(whole, f64::max);
        let decrease = if self.predicted == 0.0 { 0.0 } else { self.predicted / run.size(point) };
        vec![
            Measure { name: "newton step", value: step, tolerance: tolerance.sqrt() },
            Measure { name: "decrease", value: decrease, tolerance },
        ]
    }
}

/// The Hessian, put together from products where that is all there is.
pub(super) fn hessian(run: &mut Run<'_>, point: &Point) -> Option<Hessian> {
    let (offer, n) = (run.objective.offer(), point.x.len());
    if offer.hessian.is_some() {
        return run.objective.hessian(&point.x).ok();
    }
    if !offer.product || n > PRODUCTS {
        return None;
    }
    let mut columns = Vec::with_capacity(n);
    for j in 0..n {
        let mut unit = vec![0.0; n];
        unit[j] = 1.0;
        let mut column = vec![0.0; n];
        run.objective.product(&point.x, &unit, &mut column).ok()?;
        columns.push(column);
    }
    let entry = |i: usize, j: usize| 0.5 * (columns[i][j] + columns[j][i]);
    Some(Hessian::Dense(Matrix::from_fn(n, n, entry)))
}
