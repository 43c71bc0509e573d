//! What the verbs that solve equations have in common.

use beltrami::diag::codes;
use beltrami::engine::linalg::Interval;
use beltrami::engine::solve::roots::{All, Limits, all_roots};
use beltrami::{Compiled, Equations, Error, Pointwise, Session, Stop, SystemOptions};

use crate::arguments::System;
use crate::input::{Input, Program};
use crate::interrupt::{self, stopped};
use crate::progress::Progress;
use crate::report::{FAILED, refusal};

/// What the text of a system is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    /// Equations.
    Equations,
    /// The components of a vector field.
    Flow,
    /// A scalar whose gradient is meant.
    Field,
}

/// Reads the system; `near` says how many entries the unknowns have and where they are expected.
pub fn read(
    asked: &System,
    input: &mut Input,
    near: Vec<(f64, f64)>,
    sense: Sense,
) -> Result<Equations, Error> {
    let (program, options) = asked_for(asked, input, near)?;
    let options = SystemOptions { rates: sense != Sense::Equations, ..options };
    let session = Session::global();
    match sense {
        Sense::Field => session.gradient_equations(&program.name, &program.text, &options),
        _ => session.equations(&program.name, &program.text, &options),
    }
}

/// The same for methods that start from a point.
pub fn read_at_points(
    asked: &System,
    input: &mut Input,
    near: Vec<(f64, f64)>,
) -> Result<Equations<Pointwise>, Error> {
    let (program, options) = asked_for(asked, input, near)?;
    let options = SystemOptions { matrices: true, ..options };
    Session::global().equations_at_points(&program.name, &program.text, &options)
}

fn asked_for(
    asked: &System,
    input: &mut Input,
    near: Vec<(f64, f64)>,
) -> Result<(Program, SystemOptions), Error> {
    let program = input.program(asked.text())?;
    let options = SystemOptions {
        unknowns: asked.vars.iter().map(|name| name.trim().to_owned()).collect(),
        declarations: asked.declarations.join("\n"),
        data: input.data(asked.data(), &asked.declarations)?,
        entries: Some(near.len()).filter(|n| *n > 0),
        near,
        matrices: false,
        rates: false,
        seed: asked.seed,
        // A search that is stopped while it is set up shows that it found nothing.
        stop: Stop::default(),
    };
    Ok((program, options))
}

/// The intervals of `--box`.
pub fn region(text: &str) -> Result<Vec<Interval>, Error> {
    let refused =
        |message: String| refusal(&codes::E0701, message, Some("as in `--box -3:3,-2:2`".into()));
    text.split(',')
        .map(|side| {
            let (lo, hi) = side.split_once(':').ok_or_else(|| {
                refused(format!("`{}` in `--box` is no interval a:b", side.trim()))
            })?;
            let (lo, hi) = (end(lo)?, end(hi)?);
            if lo > hi {
                return Err(refused(format!("the box is empty: {lo} is above {hi}")));
            }
            if lo == hi && lo.is_infinite() {
                return Err(refused(format!("the box is empty: no number is {lo}")));
            }
            Ok(Interval { lo, hi })
        })
        .collect()
}

/// An end of an interval, which may be infinite.
fn end(text: &str) -> Result<f64, Error> {
    match text.trim() {
        "inf" | "+inf" => Ok(f64::INFINITY),
        "-inf" => Ok(f64::NEG_INFINITY),
        _ => number(text, "--box"),
    }
}

/// Refuses a picture of a box that has no size, or no end.
pub fn drawable(region: &[Interval]) -> Result<(), Error> {
    if region.iter().all(|side| side.is_bounded() && side.lo < side.hi) {
        return Ok(());
    }
    let hint = "give finite intervals `a:b` with `a` below `b`, or drop `--plot`";
    Err(refusal(&codes::E0702, "a picture needs a box of finite size", Some(hint.into())))
}

/// Where the unknowns are expected, for the points at which derivatives are checked: in the finite part of the box.
pub fn near(region: &[Interval]) -> Vec<(f64, f64)> {
    /// Farther out values overflow.
    const FAR: f64 = 1e3;
    let ends = |side: &Interval| {
        if side.magnitude() <= FAR {
            return (side.lo, side.hi);
        }
        let (lo, hi) = (side.lo.clamp(-FAR, FAR), side.hi.clamp(-FAR, FAR));
        if lo < hi { (lo, hi) } else { (side.lo.max(f64::MIN), side.hi.min(f64::MAX)) }
    };
    region.iter().map(ends).collect()
}

/// The numbers of `--start`.
pub fn start(text: &str) -> Result<Vec<f64>, Error> {
    text.split(',').map(|part| number(part, "--start")).collect()
}

/// A finite number of an option that takes several.
pub fn number(text: &str, option: &str) -> Result<f64, Error> {
    let found = text.trim().parse::<f64>();
    let hint = match found {
        Ok(found) if found.is_finite() => return Ok(found),
        Ok(_) => "a finite number is asked for, between -1.7e308 and 1.7e308",
        Err(_) => "numbers are separated by commas, and written as 1.5 or -2e3",
    };
    let message = format!("`{}` in `{option}` is no finite number", text.trim());
    Err(refusal(&codes::E0701, message, Some(hint.into())))
}

/// Refuses a start or a box of the wrong length.
pub fn counted<S>(given: usize, equations: &Equations<S>, option: &str) -> Result<(), Error> {
    let names = &equations.names;
    if given == names.len() {
        return Ok(());
    }
    let (is, what) = (if given == 1 { "is" } else { "are" }, names.join(", "));
    let message = format!(
        "{given} {is} given with `{option}`, and there {} {} unknown{}",
        if names.len() == 1 { "is" } else { "are" },
        names.len(),
        if names.len() == 1 { "" } else { "s" },
    );
    Err(refusal(&codes::E0602, message, Some(format!("one for each of {what}"))))
}

/// All roots in a box, with a line that tells how far the search is.
pub fn search(
    compiled: &mut Compiled,
    region: &[Interval],
    asked: &System,
    tol: Option<f64>,
    as_json: bool,
) -> Found {
    let bar = Progress::new(100, as_json);
    let limit = asked.seconds.map_or_else(Stop::default, Stop::within);
    let limits = Limits {
        boxes: asked.boxes,
        resolution: tol.unwrap_or(Limits::default().resolution),
        progress: &|now| {
            let goes_on = bar.at((100.0 * now.decided) as u64, || {
                format!("% of the box decided, {} roots, {} boxes", now.roots, now.boxes)
            });
            goes_on && !limit.is_wished()
        },
    };
    let all = all_roots(compiled, region, &limits);
    bar.done();
    Found { late: limit.is_wished() && !all.complete, all }
}

/// What a search found, and whether the time ended it.
pub struct Found {
    pub all: All,
    pub late: bool,
}

/// The exit code of a search.
pub fn code(all: &All) -> u8 {
    match all.complete {
        true => 0,
        false if stopped() => interrupt::code(),
        false => FAILED,
    }
}
