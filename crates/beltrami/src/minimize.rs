//! Minima on demand: from an expression and data to a minimum with its verdict.
//!
//! A small objective becomes a program over scalars, a large one is evaluated matrix by matrix from its symbolic derivatives;
//! both are compared with jets, and both are what [`beltrami_solve::minimize`] sees.

mod choice;
mod convexity;
mod cost;
mod factors;
mod formulas;
mod jet_check;
mod matrix_objective;
mod parts;
mod scalar_objective;
mod squares;
mod unknown;

use std::rc::Rc;

use beltrami_diag::{Diagnostic, Error, Label, codes};
use beltrami_elab::Variable;
use beltrami_solve::minimize::{self as solver, Iterate, Method, Objective, Options, Outcome};
use beltrami_stop::Stop;

use crate::data::{Given, bind_all_but, kind};
use crate::eval::{self, Value};
use crate::problem::NAME;
use crate::sample::Point;
use crate::session::{Loaded, Session};
use choice::Choice;
pub use cost::{Cost, CostOptions, Crossing, LOGISTIC, Row, Task};
use formulas::Warnings;
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
    /// What ends the search; what was found is kept.
    pub stop: Stop,
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
    /// Reservations about how it was computed.
    pub warnings: Vec<Diagnostic>,
}

/// Minimises an expression or program over some of its names.
///
/// ```
/// use beltrami::data::Given;
/// use beltrami::minimize::{MinimizeOptions, minimize};
/// use beltrami::Array;
///
/// let a = Array::from([[1.0, 0.0], [0.0, 2.0], [0.0, 0.0]]);
/// let options = MinimizeOptions {
///     over: vec!["x".into()],
///     data: vec![Given::new("A", a), Given::new("y", vec![3.0, 4.0, 1.0])],
///     ..MinimizeOptions::default()
/// };
/// let found = minimize("norm2(A*x - y)^2", options)?;
/// assert!((found.outcome.value - 1.0).abs() < 1e-10);
/// # Ok::<(), beltrami::Error>(())
/// ```
///
/// # Errors
/// Those of [`Session::minimize`].
/// # References
/// Nocedal and Wright 2006, *Numerical Optimization*.
pub fn minimize(text: &str, options: MinimizeOptions) -> Result<Minimum, Error> {
    Session::global().minimize(NAME, text, options, &mut |_| true)
}

/// An objective with how well its derivatives agreed.
struct Evaluated {
    objective: Box<dyn Objective>,
    checked: f64,
    warnings: Warnings,
}

impl Session {
    /// Minimises an expression or program over some of its names.
    ///
    /// The data is taken over and not copied. `watch` sees every iterate, and ends the search by returning `false`.
    /// # Errors
    /// An [`Error`] where the input does not fit, a derivative is not available or differs from jets, or the objective has
    /// no finite value at the start.
    pub fn minimize(
        &self,
        name: &str,
        text: &str,
        mut options: MinimizeOptions,
        watch: &mut dyn FnMut(&Iterate) -> bool,
    ) -> Result<Minimum, Error> {
        let stop = options.stop.clone();
        let loaded = self.loaded(name, text, &options)?;
        let unknowns = Unknowns::new(&loaded, &options)?;
        let mut given = std::mem::take(&mut options.data);
        given.append(&mut options.start);
        let point = Rc::new(bind_all_but(&loaded, given, &options.over)?);
        let unknowns = unknowns.sized(&loaded, &point)?;
        let bounds = unknowns.bounds(&loaded, &options.bounds)?;
        let Evaluated { mut objective, checked, warnings } =
            self.evaluated(&loaded, &point, &unknowns, options.seed)?;
        let Choice { mut method, mut why, patience } =
            choice::choose(objective.as_ref(), options.method, bounds.is_some())
                .map_err(|message| refused(&loaded, message))?;
        let defaults = Options::default();
        let settings = Options {
            method,
            tolerance: options.tolerance.unwrap_or(defaults.tolerance),
            max_iterations: options.max_iterations.unwrap_or(defaults.max_iterations),
            patience,
            bounds,
            ..defaults
        };
        let start = unknowns.start(&mut *objective, &point, options.seed);
        let outcome = solver::minimize(&mut *objective, &start, &settings, &mut |iterate, _| {
            watch(iterate) && !stop.is_wished()
        })
        .map_err(|undefined| {
            let (graph, root) = (&loaded.program.graph, loaded.program.root);
            let there = unknowns.moved(&point, &start);
            let undefined = outside(&undefined.reason);
            eval::failed(&loaded, self.naming(undefined, graph, &[root], &unknowns.ids(), &there))
        })?;
        let first = std::mem::replace(&mut method, outcome.method);
        if patience.is_some() && first != method {
            why.push_str(", and gradients alone were too slow");
        }
        Ok(Minimum {
            expression: beltrami_print::text(&loaded.program.graph, loaded.program.root),
            method,
            why,
            unknowns: unknowns.values(&loaded, &outcome.x),
            outcome,
            checked,
            assumed: loaded.program.assumed.clone(),
            warnings: warnings.take(),
        })
    }

    /// The objective with the better derivatives: programs, unless they are too long and there are formulas.
    fn evaluated(
        &self,
        loaded: &Loaded,
        point: &Rc<Point>,
        unknowns: &Unknowns,
        seed: u64,
    ) -> Result<Evaluated, Error> {
        let length = choice::length(loaded, point, unknowns);
        let by_formulas = || MatrixObjective::new(self, loaded, point, unknowns, seed);
        let checked = |matrix: MatrixObjective| Evaluated {
            checked: matrix.checked,
            warnings: matrix.warnings(),
            objective: Box::new(matrix),
        };
        let program = |scalar: ScalarObjective, checked: f64| Evaluated {
            checked,
            warnings: Warnings::default(),
            objective: Box::new(scalar),
        };
        let written = length.value <= choice::MOST_SCALAR;
        if written
            && length.products > choice::MOST_WRITTEN
            && let Some(matrix) =
                by_formulas().ok().filter(|matrix| matrix.offer().hessian.is_some())
        {
            return Ok(checked(matrix));
        }
        let scalar = match written {
            true => ScalarObjective::new(loaded, point, unknowns),
            false => None,
        };
        match scalar {
            Some(mut scalar) if scalar.offer().product => {
                let checked = scalar.check(loaded, point, unknowns, seed)?;
                Ok(program(scalar, checked))
            }
            scalar => match (by_formulas(), scalar) {
                (Ok(matrix), _) => Ok(checked(matrix)),
                // What has no symbolic derivative may have a program.
                (Err(_), Some(mut scalar)) => {
                    let checked = scalar.check(loaded, point, unknowns, seed)?;
                    Ok(program(scalar, checked))
                }
                (Err(failure), None) => Err(failure),
            },
        }
    }

    /// The program; a name of no declared type whose value is one number is a scalar, and so is an unknown without a start
    /// where nothing else fits.
    fn loaded(&self, name: &str, text: &str, options: &MinimizeOptions) -> Result<Loaded, Error> {
        let first = self.load(name, text, &options.declarations, &options.over);
        let given: Vec<&Given> = options.data.iter().chain(&options.start).collect();
        let is_number =
            |name: &str| given.iter().any(|one| one.name == name && one.array.shape().is_empty());
        let is_open = |name: &str| !given.iter().any(|one| one.name == name);
        let fits = first.as_ref().is_ok_and(is_scalar);
        let mut scalars: Vec<&str> = match &first {
            Ok(loaded) => {
                let program = &loaded.program;
                let wide = |v: &&Variable| !program.graph.shape(v.id).is_scalar();
                let undeclared = program.variables.iter().filter(|v| v.declared.is_none());
                undeclared.filter(wide).map(|v| v.name.as_str()).filter(|n| is_number(n)).collect()
            }
            // What does not fit as it was assumed may fit as scalars.
            Err(_) => {
                let typed = given.iter().filter(|one| one.named);
                typed.map(|one| one.name.as_str()).filter(|name| is_number(name)).collect()
            }
        };
        let mut attempts = vec![scalars.clone()];
        if !fits {
            scalars.extend(options.over.iter().map(String::as_str).filter(|name| is_open(name)));
            attempts.push(scalars);
        }
        for scalars in attempts.into_iter().filter(|scalars| !scalars.is_empty()) {
            let undeclared: Vec<String> =
                scalars.iter().map(|name| format!("{name}: scalar")).collect();
            let declarations = format!("{}\n{}", options.declarations, undeclared.join("\n"));
            // Where this fails the text itself declares them, or the fault lies elsewhere.
            if let Ok(mut loaded) = self.load(name, text, &declarations, &options.over)
                && is_scalar(&loaded)
                && options.over.iter().all(|name| occurs(&loaded, name))
            {
                loaded.program.assumed.extend(undeclared);
                return Ok(loaded);
            }
        }
        self.objective(first?)
    }

    fn objective(&self, loaded: Loaded) -> Result<Loaded, Error> {
        if is_scalar(&loaded) {
            return Ok(loaded);
        }
        let shape = loaded.program.graph.shape(loaded.program.root);
        let what = kind(shape);
        let mut diagnostic =
            Diagnostic::error(&codes::E0204, format!("an objective is a scalar, this is {what}"))
                .hint("minimise a sum of its entries or a norm, as in `norm2(r)^2`");
        if let Some(span) = loaded.program.spans.get(&loaded.program.root) {
            diagnostic = diagnostic.at(Label::new(loaded.source, *span, what));
        }
        Err(Error::refused(diagnostic, &loaded.sources))
    }
}

/// Whether a name is in the expression itself, and not in the declarations alone.
fn occurs(loaded: &Loaded, name: &str) -> bool {
    let graph = &loaded.program.graph;
    graph.find_symbol(name).is_some_and(|id| graph.depends_on(loaded.program.root, id))
}

fn is_scalar(loaded: &Loaded) -> bool {
    loaded.program.graph.shape(loaded.program.root).is_scalar()
}

fn refused(loaded: &Loaded, (message, hint): (String, String)) -> Error {
    let diagnostic = Diagnostic::error(&codes::E0702, message).hint(hint);
    Error::refused(diagnostic, &loaded.sources)
}

fn outside(reason: &str) -> Diagnostic {
    let message = format!("the objective has no finite value and gradient at the start: {reason}");
    Diagnostic::error(&codes::E0503, message)
        .hint("give a start inside its domain, as in `--start x=[1, 2]`")
}
