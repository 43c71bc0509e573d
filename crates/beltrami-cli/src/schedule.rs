//! `beltrami schedule`.

use beltrami::Error;
use beltrami::diag::codes;
use beltrami::engine::linalg::schedule::{
    CostModel, Design, Interval, NAMES, Schedule, design, named, plan,
};
use beltrami::engine::linalg::{Error as MatrixError, Format};
use beltrami_plot::Polynomials;
use beltrami_report::Schedule as Answered;

use crate::arguments::Schedule as Asked;
use crate::plot::Target;
use crate::report::{Report, refusal};

/// A schedule by name, by design or for a budget, and what is proved of it.
pub fn run(asked: &Asked, as_json: bool) -> Result<Report, Error> {
    let target = asked.plot.as_deref().map(Target::new).transpose()?;
    let found = found(asked)?;
    if let Some(target) = &target {
        let picture = Polynomials {
            schedule: &found.schedule,
            on: Interval::new(found.lower, found.upper),
            image: Interval::new(found.interval[0], found.interval[1]),
        };
        target.draw(&picture)?;
    }
    let mut report = Report::answer(&found, as_json);
    if target.is_none() && !as_json {
        report.out.push_str(&format!("{}\n", found.sparkline()));
    }
    Ok(report)
}

/// The schedule that is asked for.
fn found(asked: &Asked) -> Result<Answered, Error> {
    let (lower, upper) = (asked.lower, asked.upper);
    if !(lower > 0.0 && lower < upper && upper.is_finite()) {
        return Err(refusal(
            &codes::E0701,
            format!("singular values from {lower} to {upper} are no interval above 0"),
            Some("as in `--lower 1e-3 --upper 1`".into()),
        ));
    }
    let aspect = asked.aspect;
    if !(aspect >= 1.0 && aspect.is_finite()) {
        return Err(refusal(
            &codes::E0701,
            format!("`--aspect {aspect}` is not the longer side over the shorter one"),
            Some("it is 1 for square matrices, 4 for 4096×1024".into()),
        ));
    }
    let cost = CostModel { aspect, symmetric: true };
    let like = |degrees: Vec<usize>| Design {
        degrees,
        lower,
        upper,
        cushion: asked.cushion,
        safety: asked.safety,
    };
    let budget = asked.budget.as_deref().map(units).transpose()?;
    let named_steps = asked.steps.is_some() || !asked.degree.is_empty();
    let schedule = match (&asked.name, budget) {
        (Some(name), _) => by_name(name, asked.steps)?,
        (None, Some(budget)) if !named_steps => {
            plan(budget, cost, &like(Vec::new())).map_err(refused)?.schedule
        }
        _ => design(&like(degrees(asked)?)).map_err(refused)?,
    };
    if let Some(budget) = budget.filter(|budget| cost.schedule(&schedule) > *budget) {
        return Err(refusal(
            &codes::E0702,
            format!(
                "these steps cost {} n³, and {budget} n³ are allowed",
                cost.schedule(&schedule)
            ),
            Some("leave out the steps, and the best within the budget are found".into()),
        ));
    }
    let on = Interval::new(lower, upper);
    Ok(Answered::new(schedule, on, cost, Format::from(asked.format)))
}

fn by_name(name: &str, steps: Option<usize>) -> Result<Schedule, Error> {
    if !NAMES.contains(&name) {
        return Err(refusal(
            &codes::E0701,
            format!("there is no schedule `{name}`"),
            Some(format!("the names are {}", NAMES.join(", "))),
        ));
    }
    named(name, steps).ok_or_else(|| {
        refusal(
            &codes::E0702,
            format!("`{name}` is a list for its own number of steps and is not cut"),
            Some("leave out `--steps`, or design one: `--steps 5 --degree 5`".into()),
        )
    })
}

/// The degree of every step.
fn degrees(asked: &Asked) -> Result<Vec<usize>, Error> {
    match (asked.steps, &asked.degree[..]) {
        (None, []) => Err(refusal(
            &codes::E0701,
            "nothing says which schedule",
            Some("give `--name NAME`, `--steps T --degree D`, or `--budget 20n3`".into()),
        )),
        (Some(0), _) => Err(refusal(
            &codes::E0701,
            "a schedule has at least one step",
            Some("as in `--steps 5`".into()),
        )),
        (Some(steps), _) if steps > MOST_STEPS => Err(refusal(
            &codes::E0701,
            format!("{steps} steps are more than any format can use"),
            Some(format!("ask for at most {MOST_STEPS}")),
        )),
        (Some(steps), []) => Ok(vec![5; steps]),
        (Some(steps), [degree]) => Ok(vec![*degree; steps]),
        (Some(steps), list) if steps == list.len() => Ok(list.to_vec()),
        (None, list) => Ok(list.to_vec()),
        (Some(steps), list) => Err(refusal(
            &codes::E0702,
            format!("{} degrees are named for {steps} steps", list.len()),
            Some("name one degree, or one for each step".into()),
        )),
    }
}

/// Beyond this every singular value that a double distinguishes from 0 has arrived.
const MOST_STEPS: usize = 64;

/// `20n3` or `20`.
fn units(text: &str) -> Result<f64, Error> {
    let number = text.trim().trim_end_matches("n^3").trim_end_matches("n³").trim_end_matches("n3");
    match number.parse::<f64>() {
        Ok(units) if units.is_finite() && (0.0..=200.0).contains(&units) => Ok(units),
        _ => Err(refusal(
            &codes::E0701,
            format!("`{text}` is not a number of operations in units of n³"),
            Some("as in `--budget 20n3`, at most 200n3".into()),
        )),
    }
}

fn refused(error: MatrixError) -> Error {
    let reason = match error {
        MatrixError::Shape { detail, .. } => detail,
        other => other.to_string(),
    };
    refusal(
        &codes::E0701,
        format!("no such schedule: {reason}"),
        Some("degrees are odd, from 3 to 17; cushion and safety are fractions below 1".into()),
    )
}
