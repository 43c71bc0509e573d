//! Minima on demand: from an expression and data to a minimum with its verdict.
//!
//! A small objective becomes a program over scalars, a large one is evaluated matrix by matrix from its symbolic derivatives;
//! both are compared with jets, and both are what [`beltrami_solve::minimize`] sees.

mod choice;
mod cost;
mod factors;
mod jet_check;
mod matrix_objective;
mod scalar_objective;
mod squares;
mod unknown;

use std::rc::Rc;

use beltrami_diag::{Diagnostic, Label, codes};
use beltrami_solve::minimize::{self as solver, Iterate, Method, Objective, Options, Outcome};

use crate::data::{Given, bind_all_but};
use crate::eval::Value;
use crate::sample::Point;
use crate::session::{Failure, Loaded, Session};
use choice::Choice;
pub use cost::{Cost, CostOptions, Crossing, LOGISTIC, Row, Task};
use matrix_objective::MatrixObjective;
use scalar_objective::ScalarObjective;
use unknown::Unknowns;

/// What to minimise over and how.
#[derive(Clone, Debug, Default)]
pub struct MinimizeOptions {
    /// The unknowns.
    pub over: Vec<String>,
    /// Declarations, as in `A: matrix(m,n), x: vector(n)`.
    pub declarations: String,
    /// Values of all other names.
    pub data: Vec<Given>,
    /// Where unknowns start; zero where nothing is given and the objective can be left from there, else drawn.
    pub start: Vec<Given>,
    /// The method; chosen by structure where none is named.
    pub method: Option<Method>,
    /// The tolerance of [`Options::tolerance`].
    pub tolerance: Option<f64>,
    /// The limit of [`Options::max_iterations`].
    pub max_iterations: Option<usize>,
    /// Bounds of all entries of an unknown.
    pub bounds: Vec<(String, f64, f64)>,
    /// The seed of points of the check, and of a start that is drawn.
    pub seed: u64,
}

/// A minimum, or how far the search came.
pub struct Minimum {
    /// The expression in the surface language.
    pub expression: String,
    /// The method that was used.
    pub method: Method,
    /// Why it was.
    pub why: String,
    /// The unknowns at the end, each with its name.
    pub unknowns: Vec<(String, Value)>,
    /// Everything else.
    pub outcome: Outcome,
    /// The largest relative difference between derivatives and jets.
    pub checked: f64,
    /// What was assumed about names.
    pub assumed: Vec<String>,
}

impl Session {
    /// Minimises an expression or program over some of its names.
    ///
    /// `watch` sees every iterate, and ends the search by returning `false`.
    /// # Errors
    /// A [`Failure`] where the input does not fit, a derivative is not available or differs from jets, or the objective has
    /// no finite value at the start.
    pub fn minimize(
        &self,
        name: &str,
        text: &str,
        options: &MinimizeOptions,
        watch: &mut dyn FnMut(&Iterate) -> bool,
    ) -> Result<Minimum, Failure> {
        let loaded = self.loaded(name, text, options)?;
        let unknowns = Unknowns::new(&loaded, options)?;
        let given: Vec<&Given> = options.data.iter().chain(&options.start).collect();
        let point = Rc::new(bind_all_but(&loaded, &given, &options.over)?);
        let unknowns = unknowns.sized(&loaded, &point)?;
        let bounds = unknowns.bounds(&loaded, &options.bounds)?;
        let cost = choice::scalar_operations(&loaded, &point, &unknowns);
        let scalar = if cost <= choice::MOST_SCALAR {
            ScalarObjective::new(&loaded, &point, &unknowns)
        } else {
            None
        };
        let (mut objective, checked) =
            self.evaluated(&loaded, &point, &unknowns, options, scalar)?;
        let Choice { method, why } =
            choice::choose(objective.as_ref(), options.method, bounds.is_some())
                .map_err(|message| refused(&loaded, message))?;
        let defaults = Options::default();
        let settings = Options {
            method,
            tolerance: options.tolerance.unwrap_or(defaults.tolerance),
            max_iterations: options.max_iterations.unwrap_or(defaults.max_iterations),
            bounds,
            ..defaults
        };
        let start = unknowns.start(&mut *objective, &point, options.seed);
        let outcome =
            solver::minimize(&mut *objective, &start, &settings, &mut |iterate, _| watch(iterate))
                .map_err(|undefined| outside(&loaded, &undefined.reason))?;
        Ok(Minimum {
            expression: beltrami_print::text(&loaded.program.graph, loaded.program.root),
            method,
            why,
            unknowns: unknowns.values(&loaded, &outcome.x),
            outcome,
            checked,
            assumed: loaded.program.assumed.clone(),
        })
    }

    /// The objective with the better derivatives: programs, unless their Hessian is too long and there is a symbolic one.
    fn evaluated(
        &self,
        loaded: &Loaded,
        point: &Rc<Point>,
        unknowns: &Unknowns,
        options: &MinimizeOptions,
        scalar: Option<ScalarObjective>,
    ) -> Result<(Box<dyn Objective>, f64), Failure> {
        let checked = |mut scalar: ScalarObjective| -> Result<(Box<dyn Objective>, f64), Failure> {
            let checked = scalar.check(loaded, point, unknowns, options.seed)?;
            Ok((Box::new(scalar), checked))
        };
        match scalar {
            Some(scalar) if scalar.offer().product => checked(scalar),
            scalar => {
                match (MatrixObjective::new(self, loaded, point, unknowns, options), scalar) {
                    (Ok(matrix), _) => {
                        let checked = matrix.checked;
                        Ok((Box::new(matrix), checked))
                    }
                    // What has no symbolic derivative may have a program.
                    (Err(_), Some(scalar)) => checked(scalar),
                    (Err(failure), None) => Err(failure),
                }
            }
        }
    }

    /// The program; a name of no declared type whose value is one number is a scalar.
    fn loaded(&self, name: &str, text: &str, options: &MinimizeOptions) -> Result<Loaded, Failure> {
        let first = self.load(name, text, &options.declarations, &options.over);
        let scalar = |name: &str| {
            let given = || options.data.iter().chain(&options.start);
            given().any(|one| one.name == name && one.array.axes.is_empty())
        };
        let undeclared: Vec<String> = match &first {
            Ok(loaded) => loaded
                .program
                .variables
                .iter()
                .filter(|v| v.declared.is_none() && scalar(&v.name))
                .filter(|v| !loaded.program.graph.shape(v.id).is_scalar())
                .map(|v| format!("{}: scalar", v.name))
                .collect(),
            // What does not fit as it was assumed may fit as scalars.
            Err(_) => options
                .data
                .iter()
                .chain(&options.start)
                .filter(|one| one.named && one.array.axes.is_empty())
                .map(|one| format!("{}: scalar", one.name))
                .collect(),
        };
        if undeclared.is_empty() {
            return self.objective(first?);
        }
        let declarations = format!("{}\n{}", options.declarations, undeclared.join("\n"));
        match self.load(name, text, &declarations, &options.over) {
            Ok(mut loaded) => {
                loaded.program.assumed.extend(undeclared);
                self.objective(loaded)
            }
            // The text itself declares them, or the fault lies elsewhere.
            Err(_) => self.objective(first?),
        }
    }

    fn objective(&self, loaded: Loaded) -> Result<Loaded, Failure> {
        let shape = loaded.program.graph.shape(loaded.program.root);
        if shape.is_scalar() {
            return Ok(loaded);
        }
        let mut diagnostic =
            Diagnostic::error(&codes::E0204, format!("an objective is a scalar, this is {shape}"))
                .hint("minimise a sum of its entries or a norm, as in `norm2(r)^2`");
        if let Some(span) = loaded.program.spans.get(&loaded.program.root) {
            diagnostic = diagnostic.at(Label::new(loaded.source, *span, format!("{shape}")));
        }
        Err(Failure { diagnostics: vec![diagnostic], sources: loaded.sources, computed: false })
    }
}

fn refused(loaded: &Loaded, (message, hint): (String, String)) -> Failure {
    let diagnostic = Diagnostic::error(&codes::E0702, message).hint(hint);
    Failure { diagnostics: vec![diagnostic], sources: loaded.sources.clone(), computed: false }
}

fn outside(loaded: &Loaded, reason: &str) -> Failure {
    let diagnostic = Diagnostic::error(
        &codes::E0503,
        format!("the objective has no finite value and gradient at the start: {reason}"),
    )
    .hint("give a start inside its domain, as in `--start x=[1, 2]`");
    Failure { diagnostics: vec![diagnostic], sources: loaded.sources.clone(), computed: true }
}
