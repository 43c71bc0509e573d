//! One request, from the matrix to the certified factor.

use faer::{Mat, MatRef, Par};

use crate::error::Error;
use crate::factor::svd::Svd;
use crate::format::Format;
use crate::matrix::Matrix;
use crate::polar::arithmetic::{
    Arithmetic, Real, Storage, as_matrix, frobenius, narrowed, scale, widened,
};
use crate::polar::certificate::{Certificate, Proved, Reference, prove, prove_any};
use crate::polar::normalise::{largest_singular_value, normalised};
use crate::polar::route::{Route, Step, Wanted, route};
use crate::polar::{Polar, Request, Target, newton_schulz, rational, refine};
use crate::scale;
use crate::schedule::{CostModel, Schedule};

pub(super) fn run(a: &Matrix, request: &Request) -> Result<Polar, Error> {
    a.checked_finite("polar")?;
    if let Target::Accuracy(accuracy) = request.target
        && (accuracy.is_nan() || accuracy <= 0.0)
    {
        let detail = format!("an accuracy of {accuracy}");
        return Err(Error::Shape { function: "polar", detail });
    }
    if a.max_abs() == 0.0 {
        return Ok(trivial(a));
    }
    let wide = a.rows() < a.cols();
    let (tall, _) = scale::normalised(&if wide { a.transpose() } else { a.clone() });
    let task = Task { a: &tall, par: request.parallelism(), certify: request.certify };
    let mut found = match &request.target {
        Target::Accuracy(accuracy) => task.to_accuracy(*accuracy, request.format)?,
        Target::Schedule(schedule, by) => {
            let format = request.format.unwrap_or(Format::F64);
            let arithmetic = Arithmetic { par: task.par, storage: Storage::plain(format) };
            let x = match format {
                Format::F64 => iterated::<f64>(&tall, schedule, *by, arithmetic),
                _ => widened(iterated::<f32>(&tall, schedule, *by, arithmetic).as_ref()),
            };
            if !as_matrix(x.as_ref()).is_finite() {
                return Err(Error::NotConverged {
                    method: "the schedule (a singular value left its range)",
                    iterations: schedule.steps.len(),
                });
            }
            let proved =
                if request.certify { prove_any(&tall, x.as_ref(), task.full()) } else { None };
            let cost = CostModel { aspect: task.aspect(), symmetric: true }.schedule(schedule);
            task.found(
                x,
                format!("Newton–Schulz in {}", format.name()),
                schedule.steps.len(),
                cost,
                proved,
            )
        }
    };
    if wide {
        found.factor = found.factor.transpose();
    }
    Ok(found)
}

/// The zero matrix is its own factor.
fn trivial(a: &Matrix) -> Polar {
    let certificate =
        Certificate { bound: 0.0, orthogonality_residual: 0.0, symmetry_residual: 0.0, rank: 0 };
    Polar {
        factor: a.clone(),
        method: "nothing to do: the matrix is zero".into(),
        steps: 0,
        flops: 0.0,
        certificate: Some(certificate),
    }
}

fn iterated<T: Real>(
    a: &Matrix,
    schedule: &Schedule,
    by: crate::polar::Normalisation,
    arithmetic: Arithmetic,
) -> Mat<T> {
    let x = narrowed::<T>(a.as_faer());
    let x = arithmetic.stored(normalised(x.as_ref(), by, arithmetic));
    newton_schulz::direct(x, schedule, arithmetic)
}

/// A scaled matrix with at least as many rows as columns.
struct Task<'a> {
    a: &'a Matrix,
    par: Par,
    certify: bool,
}

/// Below this no iteration is worth its overhead.
const SMALL: usize = 24;
/// Corrections of a result in a short format before it is given up.
const MOST_CORRECTIONS: usize = 5;
/// Accuracies from here on are tried without an estimate of the condition.
const COARSE: f64 = 1e-3;
/// The least accuracy that `f32` is tried for: its rounding is enlarged by the condition.
const SINGLE: f64 = 2e-6;

impl Task<'_> {
    fn aspect(&self) -> f64 {
        self.a.rows() as f64 / self.a.cols() as f64
    }

    fn full(&self) -> Arithmetic {
        Arithmetic::full::<f64>(self.par)
    }

    fn prove(&self, x: MatRef<'_, f64>, wanted: f64) -> Option<Proved> {
        prove(self.a, x, wanted, self.full())
    }

    fn found(
        &self,
        x: Mat<f64>,
        method: String,
        steps: usize,
        cost: f64,
        certificate: Option<Certificate>,
    ) -> Polar {
        let n = self.a.cols() as f64;
        Polar { factor: as_matrix(x.as_ref()), method, steps, flops: cost * n * n * n, certificate }
    }

    /// The routes from the cheapest to the surest, until one is proved to be accurate enough.
    fn to_accuracy(&self, accuracy: f64, format: Option<Format>) -> Result<Polar, Error> {
        let good = |found: &Polar| match &found.certificate {
            Some(certificate) => certificate.bound <= accuracy,
            None => !self.certify,
        };
        if self.a.cols() > SMALL {
            let tried = match format {
                Some(format @ (Format::Bf16 | Format::F16)) => self.refined(accuracy, format)?,
                Some(Format::F32) => self.iterated::<f32>(accuracy)?,
                Some(Format::F64) => self.iterated::<f64>(accuracy)?,
                None if accuracy >= SINGLE => self.iterated::<f32>(accuracy)?,
                None => None,
            };
            if let Some(found) = tried.filter(good) {
                return Ok(found);
            }
            if format.is_none()
                && let Some(found) = self.iterated::<f64>(accuracy)?.filter(good)
            {
                return Ok(found);
            }
        }
        let found = self.exact(accuracy)?;
        if good(&found) {
            return Ok(found);
        }
        let reached = found.certificate.as_ref().map_or(f64::INFINITY, |c| c.bound);
        Err(Error::NotAccurate { function: "polar", wanted: accuracy, reached })
    }

    /// By the singular value decomposition.
    fn exact(&self, accuracy: f64) -> Result<Polar, Error> {
        let svd = Svd::new(self.a)?;
        let reference = Reference::exact(self.a.as_faer(), &svd, self.full());
        let factor = reference.factor().to_owned();
        // Golub and Van Loan 2013, figure 8.6.1: 6mn² + 20n³ for the thin decomposition, and the product.
        let cost = 8.0 * self.aspect() + 20.0;
        let name = "singular value decomposition".to_string();
        if !self.certify {
            return Ok(self.found(factor, name, 1, cost, None));
        }
        let own = reference.certify(self.a.as_faer(), factor.as_ref(), self.full());
        if own.rank < self.a.cols() {
            return Ok(self.found(factor, name, 1, cost, Some(own)));
        }
        match self.proved(factor, name.clone(), 1, cost, accuracy)? {
            Some(found) => Ok(found),
            None => Ok(self.found(reference.factor().to_owned(), name, 1, cost, Some(own))),
        }
    }

    /// With its certificate, and corrected where that takes it to the accuracy; `None` where nothing is proved.
    fn proved(
        &self,
        x: Mat<f64>,
        mut method: String,
        steps: usize,
        mut cost: f64,
        accuracy: f64,
    ) -> Result<Option<Polar>, Error> {
        let Some(proved) = self.prove(x.as_ref(), accuracy) else { return Ok(None) };
        if let Some(corrected) = proved.corrected.filter(|_| proved.certificate.bound > accuracy) {
            method += ", one correction with residuals in twice the precision";
            cost += 9.0 + 12.0 * self.aspect();
            let again = self.prove(corrected.as_ref(), accuracy).map(|proved| proved.certificate);
            return Ok(Some(self.found(corrected, method, steps + 1, cost, again)));
        }
        Ok(Some(self.found(x, method, steps, cost, Some(proved.certificate))))
    }

    /// By the cheapest route in one number type; `None` where its condition is beyond the type.
    fn iterated<T: Real>(&self, accuracy: f64) -> Result<Option<Polar>, Error> {
        let arithmetic = Arithmetic::full::<T>(self.par);
        let roundoff = arithmetic.storage.unit_roundoff();
        let mut x = narrowed::<T>(self.a.as_faer());
        let norm = frobenius(x.as_ref());
        scale(&mut x, 1.0 / norm);
        let mut gram = arithmetic.gram(x.as_ref());
        let largest = largest_singular_value(gram.as_ref());
        scale(&mut x, 1.0 / largest);
        scale(&mut gram, 1.0 / (largest * largest));
        let smallest = match smallest_singular_value(&gram, arithmetic) {
            Some(smallest) => smallest,
            // Too small to be seen in the Gram matrix: the steps are made for what just would be.
            None if accuracy >= COARSE => (2.0 * roundoff).sqrt(),
            None => return Ok(None),
        };
        // Rounding is enlarged by the condition, in the few directions of small singular values: the mean over all counts.
        let enlarged = 4.0 * roundoff / (smallest * (self.a.cols() as f64).sqrt());
        if enlarged > 0.5 * accuracy {
            return Ok(None);
        }
        let wanted = Wanted {
            // An estimate from above: a little less is asked of the steps.
            lower: 0.7 * smallest,
            accuracy: 0.2 * accuracy,
            roundoff,
            aspect: self.aspect(),
        };
        let route = route(wanted)?;
        let Some(x) = follow(x, gram, &route, arithmetic) else { return Ok(None) };
        let x = widened(x.as_ref());
        if !as_matrix(x.as_ref()).is_finite() {
            return Ok(None);
        }
        let name = describe(&route, arithmetic.storage.format);
        // The Gram matrix and its Cholesky factor tell the condition.
        let cost = route.cost + 1.0 / 3.0;
        if !self.certify {
            return Ok(Some(self.found(x, name, route.steps.len(), cost, None)));
        }
        self.proved(x, name, route.steps.len(), cost, accuracy)
    }

    /// Steps in a short format, then corrections until the bound is met.
    fn refined(&self, accuracy: f64, format: Format) -> Result<Option<Polar>, Error> {
        let schedule = crate::schedule::design(&crate::schedule::Design {
            degrees: vec![5; 8],
            lower: 1e-3,
            upper: 1.0,
            cushion: 0.024,
            safety: 0.02,
        })?;
        let arithmetic = Arithmetic { par: self.par, storage: Storage::plain(format) };
        let x =
            iterated::<f32>(self.a, &schedule, crate::polar::Normalisation::Frobenius, arithmetic);
        let Some(mut x) = refine::orthonormal(widened(x.as_ref()), self.full()) else {
            return Ok(None);
        };
        let mut cost = CostModel { aspect: self.aspect(), symmetric: true }.schedule(&schedule);
        for corrections in 0..=MOST_CORRECTIONS {
            let certificate = self.prove(x.as_ref(), accuracy).map(|proved| proved.certificate);
            if certificate.as_ref().is_some_and(|c| c.bound <= accuracy) {
                let steps = schedule.steps.len() + corrections;
                let name = format!(
                    "Newton–Schulz in {}, {corrections} Sylvester corrections in f64",
                    format.name()
                );
                return Ok(Some(self.found(x, name, steps, cost, certificate)));
            }
            let Some(next) = refine::correction(self.a.as_faer(), x.as_ref(), self.full()) else {
                return Ok(None);
            };
            x = next;
            cost += 17.0 + 6.0 * self.aspect();
        }
        Ok(None)
    }
}

/// An estimate from above of the smallest singular value, from the Gram matrix; `None` where that is not positive definite
/// to working precision.
fn smallest_singular_value<T: Real>(gram: &Mat<T>, arithmetic: Arithmetic) -> Option<f64> {
    let n = gram.nrows();
    let l = arithmetic.cholesky(gram.clone())?;
    let mut v = Mat::<T>::from_fn(1, n, |_, j| T::of(1.0 + 0.3 * ((j * j + 1) as f64).sin()));
    let mut estimate = 0.0;
    for _ in 0..4 {
        let size = frobenius(v.as_ref());
        scale(&mut v, 1.0 / size);
        v = arithmetic.right_solve(l.as_ref(), v);
        estimate = 1.0 / frobenius(v.as_ref());
    }
    // What is below the rounding of the Gram matrix is noise.
    let floor = 2.0 * arithmetic.storage.unit_roundoff();
    (estimate.is_finite() && estimate > floor).then(|| estimate.sqrt())
}

fn follow<T: Real>(
    mut x: Mat<T>,
    gram: Mat<T>,
    route: &Route,
    arithmetic: Arithmetic,
) -> Option<Mat<T>> {
    if route.gram_side {
        let polynomials = route.steps.iter().filter_map(|step| match step {
            Step::Polynomial(p) => Some(p.clone()),
            Step::Rational(_) => None,
        });
        let schedule = Schedule { steps: polynomials.collect() };
        return Some(newton_schulz::gram_side(x, Some(gram), &schedule, arithmetic));
    }
    let mut known = Some(gram);
    for step in &route.steps {
        let gram = known.take().unwrap_or_else(|| arithmetic.gram(x.as_ref()));
        x = match step {
            Step::Polynomial(p) => newton_schulz::step(x.as_ref(), gram.as_ref(), p, arithmetic),
            Step::Rational(weights) => {
                rational::step(x.as_ref(), gram.as_ref(), *weights, arithmetic)?
            }
        };
    }
    Some(x)
}

fn describe(route: &Route, format: Format) -> String {
    let degrees: Vec<String> = route
        .steps
        .iter()
        .map(|step| match step {
            Step::Polynomial(p) => p.degree().to_string(),
            Step::Rational(_) => "rational".to_string(),
        })
        .collect();
    let side = if route.gram_side { "Gram-side Newton–Schulz" } else { "Newton–Schulz" };
    let side = if route.steps.iter().any(|s| matches!(s, Step::Rational(_))) {
        "Newton–Schulz and Halley"
    } else {
        side
    };
    format!("{side} in {}, degrees {}", format.name(), degrees.join(" "))
}
