//! Singular values clipped to an interval, `mclip(M) = U*diag(min(max(σ, a), b))*V'`.
//!
//! Exactly by the singular value decomposition, or by compositions of `msign`, each in a number format, so that what their
//! rounding costs can be compared.

mod forms;
mod reference;

use crate::error::Error;
use crate::factor::rank::Rank;
use crate::format::Format;
use crate::matrix::Matrix;
use crate::polar::{Arithmetic, Storage, as_matrix, converted};
use crate::scale;
use crate::schedule::{Design, Schedule, design};

/// How singular values are clipped. With `O = msign(M)`, `P = O'M`:
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// By the singular value decomposition in `f64`.
    Exact,
    /// `½[M + O + (I - M*O')*msign(M - O)]` (Su 2025).
    Nested,
    /// `½[M + O + (O - M)*msign(M'M - I)]`.
    Denested,
    /// `½[(O + M)*msign(M'M + I) + (O - M)*msign(M'M - I)]`.
    Cancelling,
    /// `Q + P*M` from the sign of `[I, M; M', I]`, after Higham's block form.
    Block,
    /// `½{(a+b)*O + (a*O - M)*msign(a*I - P) - (b*O - M)*msign(b*I - P)}` with steps for the range of singular values at
    /// hand, numbers of the short formats stored in two or three parts; exact in `f64`.
    Auto,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The least singular value of the result, at most `upper`; below 0 it has no effect.
    pub lower: f64,
    /// The largest singular value of the result, not below 0.
    pub upper: f64,
    /// The form.
    pub form: Form,
    /// The format in which matrices are stored.
    pub format: Format,
    /// The steps of every `msign` but those of [`Form::Auto`]; `None` for eight steps designed for `[1e-3, 1]`.
    pub schedule: Option<Schedule>,
    /// Threads, at least 1.
    pub threads: usize,
}

/// A clipped matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Clipped {
    /// The matrix, of the shape of the input.
    pub value: Matrix,
    /// How it was computed.
    pub method: String,
    /// A proved bound on the Frobenius norm of its error; infinite where nothing is proved.
    pub bound: f64,
    /// The singular values that count as non-zero. For `lower` above 0 the others stay 0, and where they are not proved to be
    /// 0 the result is compared with the clip of the best approximation of that rank.
    pub rank: Rank,
}

/// Clips singular values to `[lower, upper]`.
///
/// Directions whose singular value is zero to working precision stay zero, also where `lower` is above 0: there is no
/// singular vector to raise.
///
/// # Errors
/// [`Error::NotFinite`], [`Error::Shape`] for an interval out of order or below 0, [`Error::NotConverged`] where a form
/// overflows in its format, [`Error::Unresolved`] for `lower` above 0 where singular values that rounding hides are not zero.
/// # References
/// Su 2025, *Computing mclip by msign*, kexue.fm/archives/11006 and 11059, corrected for non-symmetric matrices.
pub fn mclip(a: &Matrix, request: &Request) -> Result<Clipped, Error> {
    a.checked_finite("mclip")?;
    let (lower, upper) = (request.lower, request.upper);
    if !(lower <= upper && upper >= 0.0 && upper.is_finite()) {
        let detail = format!("singular values from {lower} to {upper}");
        return Err(Error::Shape { function: "mclip", detail });
    }
    let lower = lower.max(0.0);
    let wide = a.rows() < a.cols();
    let tall = if wide { a.transpose() } else { a.clone() };
    // A power of two brings the largest entry near 1; the interval goes with it.
    let (tall, exponent) = scale::normalised(&tall);
    let interval = (scale::ldexp(lower, -exponent), scale::ldexp(upper, -exponent));
    let threads = request.threads.max(1);
    let reference = reference::Reference::new(&tall, interval, threads)?;
    let (found, rest) = (reference.rank, scale::ldexp(reference.rest, exponent));
    let rank = match lower > 0.0 {
        true => Rank::decided("mclip", a, found, rest)?,
        false => Rank::measured(a, found, rest),
    };
    let back = |value: Matrix, method: String, bound: f64| -> Result<Clipped, Error> {
        let value = if wide { value.transpose() } else { value };
        Ok(Clipped {
            value: value.scaled_by_power(exponent).checked_result("mclip")?,
            method,
            bound: scale::ldexp(bound, exponent),
            rank,
        })
    };
    let exact = match request.form {
        Form::Exact => true,
        Form::Auto => request.format == Format::F64,
        _ => false,
    };
    // An interval that ends at 0, and a zero matrix, leave nothing to divide by.
    if exact || upper == 0.0 || tall.max_abs() == 0.0 {
        let bound = reference.bound;
        return back(reference.value, "singular value decomposition".into(), bound);
    }
    let value = match request.format {
        Format::F64 => as_matrix(computed::<f64>(&tall, interval, request, threads)?.as_ref()),
        _ => as_matrix(computed::<f32>(&tall, interval, request, threads)?.as_ref()),
    };
    if !value.is_finite() {
        return Err(Error::NotConverged {
            method: "this form of mclip in its format",
            iterations: 1,
        });
    }
    let bound = reference.distance(&value);
    back(value, format!("{} form in {}", name(request.form), request.format.name()), bound)
}

/// The name in `--form`.
pub fn name(form: Form) -> &'static str {
    match form {
        Form::Exact => "exact",
        Form::Nested => "nested",
        Form::Denested => "denested",
        Form::Cancelling => "cancelling",
        Form::Block => "block",
        Form::Auto => "auto",
    }
}

fn computed<T: crate::polar::Real>(
    a: &Matrix,
    interval: (f64, f64),
    request: &Request,
    threads: usize,
) -> Result<faer::Mat<T>, Error> {
    // Together the parts have as many significant bits as binary32, in which sums are accumulated.
    let parts = match (request.form, request.format) {
        (Form::Auto, Format::Bf16) => 3,
        (Form::Auto, Format::F16) => 2,
        _ => 1,
    };
    let arithmetic = Arithmetic { threads, storage: Storage { format: request.format, parts } };
    let schedule = match &request.schedule {
        Some(schedule) => schedule.clone(),
        None => design(&Design {
            degrees: vec![5; 8],
            lower: 1e-3,
            upper: 1.0,
            cushion: 0.024,
            safety: 0.01,
        })?,
    };
    let m = arithmetic.stored(converted::<f64, T>(a.as_faer(), 1.0));
    let forms = forms::Forms { arithmetic, schedule };
    match request.form {
        Form::Auto => forms.two_signs(m.as_ref(), interval),
        form => forms.composed(m.as_ref(), interval, form),
    }
}
