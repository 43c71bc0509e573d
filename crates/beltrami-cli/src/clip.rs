//! `beltrami clip`.

use beltrami::Error;
use beltrami::diag::codes;
use beltrami::engine::linalg::Format;
use beltrami::engine::linalg::clip::{Form, Request, mclip};
use beltrami_report::Clip;

use crate::arguments::{Clip as Asked, ClipForm};
use crate::input::Input;
use crate::matrix;
use crate::output::{ARRAY, Output};
use crate::polar::{by_name_or_file, threads};
use crate::report::{Report, refusal};

/// A matrix with its singular values clipped, and a proved bound on the error.
pub fn run(asked: &Asked, input: &mut Input, as_json: bool) -> Result<Report, Error> {
    let output = Output::of("--out", asked.out.as_ref(), ARRAY)?;
    let (lower, upper) = (asked.min, asked.max);
    if !(lower <= upper && upper >= 0.0 && upper.is_finite() && lower.is_finite()) {
        return Err(refusal(
            &codes::E0701,
            format!("singular values cannot be clipped to [{lower}, {upper}]"),
            Some("`--max` is not below 0 and not below `--min`".into()),
        ));
    }
    let schedule = asked.schedule.as_deref().map(by_name_or_file).transpose()?;
    let request = Request {
        lower,
        upper,
        form: match asked.form {
            ClipForm::Exact => Form::Exact,
            ClipForm::Nested => Form::Nested,
            ClipForm::Denested => Form::Denested,
            ClipForm::Cancelling => Form::Cancelling,
            ClipForm::Block => Form::Block,
            ClipForm::Auto => Form::Auto,
        },
        format: Format::from(asked.format),
        schedule: schedule.map(|(schedule, _)| schedule),
        threads: threads(asked.threads)?,
    };
    let a = matrix::read(input, &asked.matrix)?;
    let hint = "`--form auto` and a longer `--format` bear a wider range of singular values";
    let found = mclip(&a, &request).map_err(|error| matrix::refused(&error, hint))?;
    let value = found.value.clone();
    matrix::report(&Clip::new(found, lower), value, output.as_ref(), as_json)
}
