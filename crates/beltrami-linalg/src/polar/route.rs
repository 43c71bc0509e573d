//! Which steps lead to a stated accuracy at the least cost.

use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::error::Error;
use crate::format::Format;
use crate::polar::rational::Weights;
use crate::schedule::{CostModel, OddPolynomial, minimax};

/// One step of an iteration whose singular values lie in `[l, 1]` before it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    Polynomial(OddPolynomial),
    Rational(Weights),
}

/// Steps, their cost in units of `n³`, and where the smallest singular value ends.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(crate) steps: Vec<Step>,
    pub(crate) gram_side: bool,
    /// Operations in units of `n³`, weighted by the speed at which they run.
    cost: f64,
    /// Operations in units of `n³`, those of the estimates among them.
    pub(crate) flops: f64,
}

impl Route {
    /// In words.
    pub(crate) fn describe(&self, format: Format) -> String {
        let degrees: Vec<String> = self
            .steps
            .iter()
            .map(|step| match step {
                Step::Polynomial(p) => p.degree().to_string(),
                Step::Rational(_) => "rational".to_string(),
            })
            .collect();
        let rational = self.steps.iter().any(|step| matches!(step, Step::Rational(_)));
        let kind = match (self.gram_side, rational) {
            (true, _) => "Gram-side Newton–Schulz",
            (false, true) => "Newton–Schulz and Halley",
            (false, false) => "Newton–Schulz",
        };
        format!("{kind} in {}, degrees {}", format.name(), degrees.join(" "))
    }
}

/// What a route has to achieve.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    /// The smallest singular value, where the largest is at most 1.
    pub(crate) lower: f64,
    /// The distance from 1 that every singular value may keep.
    pub(crate) accuracy: f64,
    /// The unit roundoff of the arithmetic.
    pub(crate) roundoff: f64,
    /// That of the Gram matrix and the Cholesky factor of the first step.
    pub(crate) first_roundoff: f64,
    /// The share of singular values that are about as small as the smallest.
    pub(crate) share: f64,
    /// Rows over columns.
    pub(crate) aspect: f64,
}

/// What an operation counts for beside one of a general product: of a symmetric product, of a Cholesky factorisation, of a
/// triangular solution. Measured at n = 512 on one thread; only the choice of the route depends on them.
const SYMMETRIC_WEIGHT: f64 = 1.2;
const CHOLESKY_WEIGHT: f64 = 1.5;
const SOLUTION_WEIGHT: f64 = 1.2;
/// What rounding of a rational step may be of the accuracy.
const ROUNDED: f64 = 0.25;
/// Polynomial steps before the first rational one, and rational ones.
const MOST_EARLY: usize = 5;
const MOST_RATIONAL: usize = 5;
const MOST_LATE: usize = 4;

/// The cheapest route; an error where polynomials cannot be found, which their degrees exclude.
///
/// The lower end is rounded down to a twentieth of a decade and the share up to a power of two, and routes that were found are remembered: matrices of one kind
/// need few of them.
pub(crate) fn route(wanted: Wanted) -> Result<Route, Error> {
    static FOUND: Mutex<BTreeMap<[u64; 6], Route>> = Mutex::new(BTreeMap::new());
    let lower = 10.0_f64.powf((20.0 * wanted.lower.log10()).floor() / 20.0);
    let share = 2.0_f64.powf(wanted.share.log2().ceil());
    let wanted = Wanted { lower, share, ..wanted };
    let Wanted { accuracy, roundoff, first_roundoff, aspect, .. } = wanted;
    let key = [lower, share, accuracy, roundoff, first_roundoff, aspect].map(f64::to_bits);
    // A thread that panicked while it held the lock has not left half a route behind.
    let lock = || FOUND.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(known) = lock().get(&key) {
        return Ok(known.clone());
    }
    let found = searched(wanted)?;
    let mut all = lock();
    if all.len() >= MOST_REMEMBERED {
        all.clear();
    }
    all.insert(key, found.clone());
    Ok(found)
}

/// Routes that are remembered; each takes less than a kilobyte.
const MOST_REMEMBERED: usize = 1000;

fn searched(wanted: Wanted) -> Result<Route, Error> {
    let mut best: Option<Route> = None;
    let mut consider = |steps: &[Step], gram_side: bool| {
        let cost = cost(steps, wanted.aspect, gram_side, WEIGHTED);
        if best.as_ref().is_none_or(|best| cost < best.cost) {
            // The Gram matrix and its Cholesky factor tell the condition.
            let flops = 1.0 / 3.0 + self::cost(steps, wanted.aspect, gram_side, PLAIN);
            best = Some(Route { steps: steps.to_vec(), gram_side, cost, flops });
        }
    };
    // On the Gram side a singular value l keeps a relative accuracy of u/l².
    let gram_side = wanted.aspect > 1.2
        && wanted.roundoff * wanted.share < 0.2 * wanted.accuracy * wanted.lower.powi(2);
    let mut early: Vec<Step> = Vec::new();
    let mut l = wanted.lower;
    for _ in 0..=MOST_EARLY {
        for degree in [5, 9] {
            if let Some(late) = late(l, degree, wanted.accuracy)? {
                let steps = [early.clone(), late].concat();
                consider(&steps, false);
                if gram_side {
                    consider(&steps, true);
                }
            }
        }
        let mut middle: Vec<Step> = Vec::new();
        let mut reached = l;
        for _ in 0..MOST_RATIONAL {
            let weights = Weights::new(reached);
            // Rounding of the Gram matrix is enlarged by c, in the few directions of small singular values.
            let first = early.is_empty() && middle.is_empty();
            let roundoff = if first { wanted.first_roundoff } else { wanted.roundoff };
            if roundoff * weights.c * wanted.share > ROUNDED * wanted.accuracy {
                break;
            }
            reached = weights.value(reached);
            middle.push(Step::Rational(weights));
            for degree in [5, 9] {
                if let Some(late) = late(reached, degree, wanted.accuracy)? {
                    consider(&[early.clone(), middle.clone(), late].concat(), false);
                }
            }
            if 1.0 - reached <= wanted.accuracy {
                break;
            }
        }
        let (step, next) = polynomial(9, l, true)?;
        early.push(step);
        l = next;
        if 1.0 - l <= wanted.accuracy {
            break;
        }
    }
    best.ok_or(Error::NotConverged { method: "the planner of msign", iterations: MOST_EARLY })
}

/// Polynomial steps of one degree until all is within the accuracy; none when it is already.
fn late(l: f64, degree: usize, accuracy: f64) -> Result<Option<Vec<Step>>, Error> {
    let mut steps = Vec::new();
    let mut l = l;
    while 1.0 - l > accuracy {
        // No four steps lead on from there.
        if steps.len() == MOST_LATE || l < 1e-3 {
            return Ok(None);
        }
        let last = l >= CUSHION && minimax(degree, l, 1.0)?.error <= accuracy;
        let (step, next) = polynomial(degree, l, !last)?;
        steps.push(step);
        l = if last { 1.0 } else { next };
    }
    Ok(Some(steps))
}

/// The best polynomial on `[l, 1]`, scaled so that its largest value is 1 again unless it is the last, and its least value.
fn polynomial(degree: usize, l: f64, scaled: bool) -> Result<(Step, f64), Error> {
    // Aimed lower, it would take large singular values far down beside others, and rounding with them: the stability factor
    // of Nakatsukasa and Higham 2012 is about the inverse of this.
    let from = l.max(CUSHION);
    let best = minimax(degree, from, 1.0)?;
    let top = if scaled { 1.0 + best.error } else { 1.0 };
    let step = best.polynomial.scaled(1.0 / top);
    let least = step.value(l).min((1.0 - best.error) / top);
    Ok((Step::Polynomial(step), least))
}

const CUSHION: f64 = 0.08;

/// What operations count for.
#[derive(Clone, Copy)]
struct Scales {
    symmetric: f64,
    cholesky: f64,
    solution: f64,
}

const PLAIN: Scales = Scales { symmetric: 1.0, cholesky: 1.0, solution: 1.0 };
const WEIGHTED: Scales =
    Scales { symmetric: SYMMETRIC_WEIGHT, cholesky: CHOLESKY_WEIGHT, solution: SOLUTION_WEIGHT };

fn cost(steps: &[Step], aspect: f64, gram_side: bool, scales: Scales) -> f64 {
    // What is made of the Gram matrix by symmetric products.
    let inner = |degree: usize| CostModel { aspect: 0.0, symmetric: true }.step(degree);
    if gram_side {
        let own: f64 = steps
            .iter()
            .map(|step| match step {
                // The product and two more to bring the Gram matrix along.
                Step::Polynomial(p) => inner(p.degree()) + 3.0,
                Step::Rational(_) => f64::INFINITY,
            })
            .sum();
        // The first product is the first factor, the last Gram matrix is not needed.
        return scales.symmetric * (own - 3.0 + aspect) + 2.0 * aspect;
    }
    steps
        .iter()
        .map(|step| match step {
            Step::Polynomial(p) => scales.symmetric * (aspect + inner(p.degree())) + 2.0 * aspect,
            Step::Rational(_) => {
                scales.symmetric * aspect + scales.cholesky / 3.0 + scales.solution * 2.0 * aspect
            }
        })
        .sum()
}
