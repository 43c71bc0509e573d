//! What the verbs that look at a point have in common.

use beltrami::diag::codes;
use beltrami::{Error, SystemOptions};

use crate::arguments::Local;
use crate::input::Input;
use crate::interrupt;
use crate::report::refusal;
use crate::system::number;

/// How the expression is read.
pub fn options(
    input: &mut Input,
    asked: &Local,
    names: &[String],
    at: &[f64],
) -> Result<SystemOptions, Error> {
    Ok(SystemOptions {
        unknowns: names.iter().map(|name| name.trim().to_owned()).collect(),
        declarations: asked.declarations.join("\n"),
        data: input.data(asked.data(), &asked.declarations)?,
        entries: Some(at.len()),
        // Derivatives are compared with numbers near the point where random points are outside of the domain.
        near: at.iter().map(|x| (x - 0.1 * x.abs().max(1.0), x + 0.1 * x.abs().max(1.0))).collect(),
        matrices: false,
        rates: true,
        seed: asked.seed,
        stop: interrupt::stop().clone(),
    })
}

/// Numbers separated by commas.
pub fn point(text: &str, option: &str) -> Result<Vec<f64>, Error> {
    text.split(',').map(|part| number(part, option)).collect()
}

/// The interval of `--range`.
pub fn range(text: &str) -> Result<(f64, f64), Error> {
    let hint = Some("as in `--range -3:3`".to_owned());
    let Some((low, high)) = text.split_once(':') else {
        let message = format!("`{}` in `--range` is no interval a:b", text.trim());
        return Err(refusal(&codes::E0701, message, hint));
    };
    let (low, high) = (number(low, "--range")?, number(high, "--range")?);
    if low < high {
        Ok((low, high))
    } else {
        let message = format!("the range is empty: {low} is not below {high}");
        Err(refusal(&codes::E0701, message, hint))
    }
}

/// There is no picture of this; `what` there are pictures of.
pub fn unpictured(what: &str) -> Error {
    let message = "there is no picture of this";
    refusal(&codes::E0702, message, Some(format!("pictures show {what}; drop `--plot`")))
}
