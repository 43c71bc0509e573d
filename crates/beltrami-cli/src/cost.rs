//! `beltrami cost`.

use beltrami::diag::codes;
use beltrami::minimize::{CostOptions, LOGISTIC};
use beltrami::{Error, Session};
use beltrami_plot::Cost as Picture;
use beltrami_report::Cost as CostAnswer;

use crate::arguments::Cost;
use crate::input::{Input, Program};
use crate::interrupt::{self, stopped};
use crate::plot::Target;
use crate::progress::Progress;
use crate::report::{Report, refusal};

/// What a Hessian costs beside a product with it, at growing sizes.
pub fn run(asked: &Cost, input: &mut Input, as_json: bool) -> Result<Report, Error> {
    let target = asked.plot.as_deref().map(Target::new).transpose()?;
    let (program, over) = objective(asked, input)?;
    for (option, value) in [("--products", asked.products), ("--repeats", asked.repeats)] {
        if value == 0 {
            let message = format!("`{option}` is at least 1");
            return Err(refusal(&codes::E0701, message, Some(format!("as in `{option} 10`"))));
        }
    }
    let options = CostOptions {
        over,
        declarations: asked.declarations.join("\n"),
        data: input.data(asked.data(), &asked.declarations)?,
        sizes: asked.sizes.clone(),
        repeats: asked.repeats,
        seed: asked.seed,
    };
    let progress = Progress::new(0, as_json);
    let mut watch = |size: usize| progress.at(size as u64, || "is measured".into());
    let found = Session::global().cost(&program.name, &program.text, &options, &mut watch)?;
    progress.done();
    let products = asked.products as f64;
    if let Some(target) = target.filter(|_| found.rows.len() > 1) {
        target.draw(&Picture::new(&found, products))?;
    }
    let code = if stopped() { interrupt::code() } else { 0 };
    let answer = CostAnswer::new(&found, products, asked.repeats);
    Ok(Report { code, ..Report::answer(&answer, as_json) })
}

/// The objective and its unknowns, those of logistic regression where none is named.
fn objective(asked: &Cost, input: &mut Input) -> Result<(Program, Vec<String>), Error> {
    let names = asked.over.iter().map(|name| name.trim().to_owned());
    let over: Vec<String> = names.filter(|name| !name.is_empty()).collect();
    match asked.program() {
        Some(program) => Ok((input.program(program)?, over)),
        None if over.is_empty() => {
            let name = "<logistic regression>".into();
            let program = Program { name, ..input.program(LOGISTIC)? };
            Ok((program, vec!["w".into()]))
        }
        None => Err(refusal(
            &codes::E0702,
            "`--over` names unknowns of an objective, and there is none",
            Some("it stands first: `beltrami cost 'norm2(X*w - y)^2' --over w`".into()),
        )),
    }
}
