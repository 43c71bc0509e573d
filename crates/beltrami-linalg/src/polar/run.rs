//! One request, from the matrix to the certified factor.

use faer::{Mat, MatRef};

use crate::error::Error;
use crate::factor::rank::Rank;
use crate::format::Format;
use crate::matrix::Matrix;
use crate::polar::arithmetic::{Arithmetic, Real, Storage};
use crate::polar::certificate::{Certificate, Demand, Effort, Proved, Reference, prove, prove_any};
use crate::polar::layout::{converted, frobenius, shaped, tall};
use crate::polar::normalise::normalised;
use crate::polar::planned::{Planned, planned};
use crate::polar::{Normalisation, Polar, Proof, Request, Side, Target, newton_schulz, refine};
use crate::scale::{exponent_of, keep_memory, ldexp};
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
    keep_memory();
    let a = &Task { a: tall(a), given: a, threads: request.threads.max(1), proof: request.proof };
    match &request.target {
        Target::Accuracy(accuracy) => a.to_accuracy(*accuracy, request.format),
        Target::Schedule(schedule, by, side) => {
            a.by_schedule(schedule, *by, side, request.format.unwrap_or(Format::F64))
        }
    }
}

/// The zero matrix is its own factor.
fn trivial(a: &Matrix) -> Polar {
    let certificate = Certificate {
        bound: 0.0,
        orthogonality_residual: 0.0,
        symmetry_residual: 0.0,
        rank: Rank { count: 0, proved: true, dropped: None },
    };
    Polar {
        factor: a.clone(),
        method: "nothing to do: the matrix is zero".into(),
        steps: 0,
        flops: 0.0,
        certificate: Some(certificate),
    }
}

fn iterated<T: Real>(
    a: MatRef<'_, f64>,
    schedule: &Schedule,
    by: Normalisation,
    side: &Side,
    arithmetic: Arithmetic,
) -> Mat<T> {
    let x = converted::<f64, T>(a, 1.0);
    let x = arithmetic.stored(normalised(x.as_ref(), by, arithmetic));
    match side {
        Side::Direct => newton_schulz::direct(x, schedule, arithmetic),
        Side::Gram { restarts } => {
            newton_schulz::gram_side(x, None, schedule, restarts, arithmetic)
        }
    }
}

/// A scaled matrix with at least as many rows as columns.
struct Task<'a> {
    a: Mat<f64>,
    /// The matrix that was given.
    given: &'a Matrix,
    threads: usize,
    proof: Proof,
}

/// What led to a factor.
struct Way {
    method: String,
    steps: usize,
    /// In units of `n³`.
    flops: f64,
}

/// Below this no iteration is worth its overhead.
const SMALL: usize = 24;
/// Corrections of a result in a short format before it is given up.
const MOST_CORRECTIONS: usize = 5;
/// The least accuracy that `f32` is tried for: its rounding is enlarged by the condition.
const SINGLE: f64 = 2e-6;

impl Task<'_> {
    fn aspect(&self) -> f64 {
        self.a.nrows() as f64 / self.a.ncols() as f64
    }

    fn full(&self) -> Arithmetic {
        Arithmetic::full::<f64>(self.threads)
    }

    fn prove(&self, x: MatRef<'_, f64>, wanted: f64, least: Effort) -> Option<Proved> {
        let effort = if self.proof == Proof::Sharp { Effort::Sharp } else { least };
        prove(self.a.as_ref(), x, Demand { wanted, effort }, self.full())
    }

    fn found<T: Real>(
        &self,
        x: MatRef<'_, T>,
        way: Way,
        certificate: Option<Certificate>,
    ) -> Polar {
        let n = self.a.ncols() as f64;
        let factor = shaped(x, self.given.rows(), self.given.cols());
        let flops = way.flops * n * n * n;
        Polar { factor, method: way.method, steps: way.steps, flops, certificate }
    }

    fn by_schedule(
        &self,
        schedule: &Schedule,
        by: Normalisation,
        side: &Side,
        format: Format,
    ) -> Result<Polar, Error> {
        let arithmetic = Arithmetic { threads: self.threads, storage: Storage::plain(format) };
        let a = self.a.as_ref();
        let x = match format {
            Format::F64 => iterated::<f64>(a, schedule, by, side, arithmetic),
            _ => converted(iterated::<f32>(a, schedule, by, side, arithmetic).as_ref(), 1.0),
        };
        if !frobenius(x.as_ref()).is_finite() {
            return Err(Error::NotConverged {
                method: "the schedule (a singular value left its range)",
                iterations: schedule.steps.len(),
            });
        }
        let certificate = match self.proof {
            Proof::Omitted => None,
            _ => {
                let decide = |rank| self.decided(rank).map_err(|_| self.measured(rank));
                prove_any(a, x.as_ref(), decide, self.full())
            }
        };
        let cost = CostModel { aspect: self.aspect(), symmetric: true };
        let (kind, flops) = match side {
            Side::Direct => ("Newton–Schulz", cost.schedule(schedule)),
            Side::Gram { restarts } => {
                let parts = newton_schulz::segments(&schedule.steps, restarts);
                ("Gram-side Newton–Schulz", parts.map(|steps| cost.gram_side(steps)).sum())
            }
        };
        let method = format!("{kind} in {}", format.name());
        let way = Way { method, steps: schedule.steps.len(), flops };
        Ok(self.found(x.as_ref(), way, certificate))
    }

    /// The routes from the cheapest to the surest, until one is proved to be accurate enough.
    fn to_accuracy(&self, accuracy: f64, format: Option<Format>) -> Result<Polar, Error> {
        let good = |found: &Polar| match &found.certificate {
            Some(certificate) => certificate.bound <= accuracy,
            None => self.proof == Proof::Omitted,
        };
        if self.a.ncols() > SMALL {
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

    /// What is known of the rank of the matrix that was given, of which the scaled one is a part.
    fn decided(&self, rank: Rank) -> Result<Rank, Error> {
        match self.rest(rank) {
            Some(rest) => Rank::decided("polar", self.given, (rank.count, rank.proved), rest),
            None => Ok(rank),
        }
    }

    /// The same where the values that are left out are not zero.
    fn measured(&self, rank: Rank) -> Rank {
        let rest = self.rest(rank).unwrap_or(0.0);
        Rank::measured(self.given, (rank.count, rank.proved), rest)
    }

    /// A bound on the singular values that are left out, of the matrix that was given.
    fn rest(&self, rank: Rank) -> Option<f64> {
        rank.dropped.map(|rest| ldexp(rest, exponent_of(self.given.max_abs())))
    }

    /// By the singular value decomposition.
    fn exact(&self, accuracy: f64) -> Result<Polar, Error> {
        let reference = Reference::exact(self.a.as_ref(), self.full())?;
        let rank = self.decided(reference.rank())?;
        let reference = reference.with_rank(rank);
        let factor = reference.factor();
        let way = || Way {
            method: "singular value decomposition".to_string(),
            steps: 1,
            // Golub and Van Loan 2013, figure 8.6.1: 6mn² + 20n³ for the thin decomposition, and the product.
            flops: 8.0 * self.aspect() + 20.0,
        };
        if self.proof == Proof::Omitted {
            return Ok(self.found(factor, way(), None));
        }
        let own = reference.certify(self.a.as_ref(), factor, self.full());
        if own.rank.count == self.a.ncols()
            && let Some(found) = self.proved(factor, way(), accuracy, Effort::Needed)
        {
            return Ok(found);
        }
        Ok(self.found(factor, way(), Some(own)))
    }

    /// With its certificate, and corrected where that takes it to the accuracy; `None` where nothing is proved.
    fn proved(
        &self,
        x: MatRef<'_, f64>,
        mut way: Way,
        accuracy: f64,
        least: Effort,
    ) -> Option<Polar> {
        let proved = self.prove(x, accuracy, least)?;
        if let Some(corrected) = proved.corrected.filter(|_| proved.certificate.bound > accuracy) {
            way.method += ", one correction with residuals in twice the precision";
            way.flops += 9.0 + 12.0 * self.aspect();
            way.steps += 1;
            let again =
                self.prove(corrected.as_ref(), accuracy, least).map(|proved| proved.certificate);
            return Some(self.found(corrected.as_ref(), way, again));
        }
        Some(self.found(x, way, Some(proved.certificate)))
    }

    /// By the cheapest route in one number type; `None` where its condition is beyond the type.
    fn iterated<T: Real>(&self, accuracy: f64) -> Result<Option<Polar>, Error> {
        let arithmetic = Arithmetic::full::<T>(self.threads);
        let proved = self.proof != Proof::Omitted;
        let Some(Planned { x, route }) =
            planned::<T>(self.a.as_ref(), accuracy, proved, arithmetic)?
        else {
            return Ok(None);
        };
        let way = Way {
            method: route.describe(arithmetic.storage.format),
            steps: route.steps.len(),
            flops: route.flops,
        };
        if self.proof == Proof::Omitted {
            return Ok(Some(self.found(x.as_ref(), way, None)));
        }
        // In the longer type less work proves more.
        let least = match T::UNIT_ROUNDOFF > f64::UNIT_ROUNDOFF {
            true => Effort::Residuals,
            false => Effort::Needed,
        };
        Ok(self.proved(converted::<T, f64>(x.as_ref(), 1.0).as_ref(), way, accuracy, least))
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
        let arithmetic = Arithmetic { threads: self.threads, storage: Storage::plain(format) };
        let a = self.a.as_ref();
        let x = iterated::<f32>(a, &schedule, Normalisation::Frobenius, &Side::Direct, arithmetic);
        let Some(mut x) = refine::orthonormal(converted(x.as_ref(), 1.0), self.full()) else {
            return Ok(None);
        };
        let mut flops = CostModel { aspect: self.aspect(), symmetric: true }.schedule(&schedule);
        for corrections in 0..=MOST_CORRECTIONS {
            let certificate =
                self.prove(x.as_ref(), accuracy, Effort::Needed).map(|proved| proved.certificate);
            if certificate.as_ref().is_some_and(|c| c.bound <= accuracy) {
                let steps = schedule.steps.len() + corrections;
                let method = format!(
                    "Newton–Schulz in {}, {corrections} Sylvester corrections in f64",
                    format.name()
                );
                let way = Way { method, steps, flops };
                return Ok(Some(self.found(x.as_ref(), way, certificate)));
            }
            let Some(next) = refine::correction(a, x.as_ref(), self.full()) else {
                return Ok(None);
            };
            x = next;
            flops += 17.0 + 6.0 * self.aspect();
        }
        Ok(None)
    }
}
