//! The planned iteration: estimates of the condition, the cheapest route for it, and its steps.

use faer::{Mat, MatRef};

use crate::error::Error;
use crate::polar::arithmetic::{Arithmetic, Real};
use crate::polar::layout::{converted, frobenius, scale};
use crate::polar::normalise::largest_singular_value;
use crate::polar::route::{Route, Step, Wanted, route};
use crate::polar::{newton_schulz, rational};
use crate::schedule::Schedule;

/// What a route led to.
pub(crate) struct Planned<T> {
    pub(crate) x: Mat<T>,
    pub(crate) route: Route,
}

/// Accuracies from here on are tried without an estimate of the condition.
const COARSE: f64 = 1e-3;
/// Up to this ratio of the sides the smallest singular value of most matrices is far below the largest.
const NEARLY_SQUARE: f64 = 1.2;
/// The error that rounding leaves in a result, beside `u*σ₁/σ_n` times the root of the share: 0.07 to 0.17 on spectra that are
/// Gaussian, geometric, or of one small value, n = 64 to 512, condition 3e3 to 3e4, in `f32`.
const ROUNDINGS: f64 = 0.3;
/// What it may be of the accuracy, of which the steps take a fifth: and what where a bound is to be proved, which is several
/// times the error.
const ROUNDED: f64 = 0.7;
const ROUNDED_PROVED: f64 = 0.2;

/// Rounding errors in the symmetry of `X'A` after a rational step with a Gram matrix in the same type, in units of `n*u*σ₁`.
const GRAM_ROUNDINGS: f64 = 3.0;
/// What they may be beside the smallest singular value.
const SMALL_BESIDE: f64 = 0.1;

/// The first Gram matrix, in the type of the iteration or in `f64`.
enum Gram<T> {
    Own(Mat<T>),
    Long(Mat<f64>),
}

/// By the cheapest route in one number type; `None` where the condition is beyond the type.
///
/// Of a result of which something is to be `proved`, rounding has to be small beside the smallest singular value, and not in
/// the mean alone.
pub(crate) fn planned<T: Real>(
    a: MatRef<'_, f64>,
    accuracy: f64,
    proved: bool,
    arithmetic: Arithmetic,
) -> Result<Option<Planned<T>>, Error> {
    let (roundoff, long) = (T::UNIT_ROUNDOFF, Arithmetic::full::<f64>(arithmetic.threads));
    let aspect = a.nrows() as f64 / a.ncols() as f64;
    let short = T::UNIT_ROUNDOFF > f64::UNIT_ROUNDOFF;
    let mut x = converted::<f64, T>(a, 1.0);
    // A Gram matrix holds squares: in a short type it does not show the small singular values.
    let mut gram = match short && aspect < NEARLY_SQUARE && accuracy < COARSE {
        true => Gram::Long(long.gram(a)),
        false => Gram::Own(arithmetic.gram(x.as_ref())),
    };
    let mut spectrum = gram.spectrum(arithmetic);
    let visible = spectrum.smallest.is_some_and(|known| {
        !proved || aspect >= NEARLY_SQUARE || {
            GRAM_ROUNDINGS * a.ncols() as f64 * roundoff < SMALL_BESIDE * known.value
        }
    });
    if !visible && short && (proved || accuracy < COARSE) && matches!(gram, Gram::Own(_)) {
        gram = Gram::Long(long.gram(a));
        spectrum = gram.spectrum(arithmetic);
    }
    let known = match spectrum.smallest {
        Some(known) => known,
        // Too small to be seen in the Gram matrix: the steps are made for what just would be.
        None if accuracy >= COARSE => {
            Smallest { value: (2.0 * roundoff).sqrt(), share: 1.0 / a.ncols() as f64 }
        }
        None => return Ok(None),
    };
    // Rounding is enlarged by the condition in the directions of small singular values, and the mean over all counts.
    let rounded = if proved { ROUNDED_PROVED } else { ROUNDED };
    if ROUNDINGS * roundoff * known.share.sqrt() / known.value > rounded * accuracy {
        return Ok(None);
    }
    let route = route(Wanted {
        // An estimate from above: a little less is asked of the steps.
        lower: 0.7 * known.value,
        share: known.share,
        accuracy: 0.2 * accuracy,
        roundoff,
        first_roundoff: if matches!(gram, Gram::Long(_)) { f64::UNIT_ROUNDOFF } else { roundoff },
        aspect,
    })?;
    scale(&mut x, 1.0 / spectrum.largest);
    let factor = 1.0 / (spectrum.largest * spectrum.largest);
    match &mut gram {
        Gram::Own(gram) => scale(gram, factor),
        Gram::Long(gram) => scale(gram, factor),
    }
    let Some(x) = follow(x, gram, &route, arithmetic) else { return Ok(None) };
    Ok(frobenius(x.as_ref()).is_finite().then_some(Planned { x, route }))
}

/// What a Gram matrix tells of the singular values.
struct Spectrum {
    largest: f64,
    smallest: Option<Smallest>,
}

#[derive(Clone, Copy)]
struct Smallest {
    /// An estimate from above of the smallest singular value, relative to the largest.
    value: f64,
    /// An estimate of the share of singular values that are about as small: the mean of `(σ_n/σᵢ)²`.
    share: f64,
}

impl<T: Real> Gram<T> {
    fn spectrum(&self, arithmetic: Arithmetic) -> Spectrum {
        match self {
            Gram::Own(gram) => spectrum(gram.as_ref(), arithmetic),
            Gram::Long(gram) => spectrum(gram.as_ref(), arithmetic),
        }
    }
}

fn spectrum<T: Real>(gram: MatRef<'_, T>, arithmetic: Arithmetic) -> Spectrum {
    let largest = largest_singular_value(gram);
    Spectrum { largest, smallest: smallest_singular_value(gram, largest, arithmetic) }
}

/// By inverse iteration; `None` where the Gram matrix is not positive definite to working precision.
fn smallest_singular_value<T: Real>(
    gram: MatRef<'_, T>,
    largest: f64,
    arithmetic: Arithmetic,
) -> Option<Smallest> {
    let n = gram.nrows();
    let l = arithmetic.cholesky(gram.to_owned())?;
    let mut v = Mat::<T>::from_fn(1, n, |_, j| T::of(1.0 + 0.3 * ((j * j + 1) as f64).sin()));
    let mut smallest = 0.0;
    let mut inverse_mean = 0.0;
    for step in 0..4 {
        let size = frobenius(v.as_ref());
        scale(&mut v, 1.0 / size);
        let next = arithmetic.right_solve(l.as_ref(), v.clone());
        smallest = 1.0 / frobenius(next.as_ref());
        if step == 0 {
            inverse_mean = (0..n).map(|j| v[(0, j)].wide() * next[(0, j)].wide()).sum::<f64>();
        }
        v = next;
    }
    // What is below the rounding of the Gram matrix is noise.
    let floor = 2.0 * T::UNIT_ROUNDOFF * largest * largest;
    (smallest.is_finite() && smallest > floor).then(|| Smallest {
        value: smallest.sqrt() / largest,
        share: (smallest * inverse_mean).clamp(1.0 / n as f64, 1.0),
    })
}

fn follow<T: Real>(
    mut x: Mat<T>,
    gram: Gram<T>,
    route: &Route,
    arithmetic: Arithmetic,
) -> Option<Mat<T>> {
    let own = |gram: Gram<T>| match gram {
        Gram::Own(gram) => gram,
        Gram::Long(gram) => converted(gram.as_ref(), 1.0),
    };
    if route.gram_side {
        let polynomials = route.steps.iter().filter_map(|step| match step {
            Step::Polynomial(p) => Some(p.clone()),
            Step::Rational(_) => None,
        });
        let schedule = Schedule { steps: polynomials.collect() };
        return Some(newton_schulz::gram_side(x, Some(own(gram)), &schedule, &[], arithmetic));
    }
    let mut first = Some(gram);
    for step in &route.steps {
        let gram = first.take().unwrap_or_else(|| Gram::Own(arithmetic.gram(x.as_ref())));
        x = match (step, gram) {
            (Step::Polynomial(p), gram) => {
                newton_schulz::step(x.as_ref(), own(gram).as_ref(), p, arithmetic)
            }
            (Step::Rational(weights), Gram::Own(gram)) => {
                rational::step(x.as_ref(), gram.as_ref(), *weights, arithmetic)?
            }
            (Step::Rational(weights), Gram::Long(gram)) => {
                rational::step(x.as_ref(), gram.as_ref(), *weights, arithmetic)?
            }
        };
    }
    Some(x)
}
