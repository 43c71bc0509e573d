//! How an iteration ended.

/// Why an iteration ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// A root was found to the tolerance.
    Converged {
        /// Whether the Jacobian is singular there to working precision, so that about half of the digits are certain.
        singular: bool,
    },
    /// The Jacobian is singular and the equations do not vanish: there is no Newton step.
    SingularJacobian {
        /// A direction of length 1 along which the equations do not change to first order.
        null: Vec<f64>,
    },
    /// The iterates leave every bounded region.
    Diverged,
    /// The iterates repeat.
    Cycle {
        /// After how many steps.
        period: usize,
    },
    /// A value or a derivative is NaN or infinite at the last iterate.
    NonFinite {
        /// The equation, counted from 0.
        equation: usize,
        /// Whether it is a derivative.
        derivative: bool,
    },
    /// No better point was found from here.
    NoProgress(Rest),
    /// The number of iterations is used up.
    IterationLimit,
    /// The user stopped it.
    Interrupted,
}

/// How the residual lies where an iteration finds no better point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// It is no smaller at the points tried around this one.
    Minimum,
    /// It is the same at the points tried around this one.
    Level,
    /// It falls along the linear part, and yet no step along it makes it smaller.
    Steps,
}

/// The iteration that gave a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Newton's method as it stands in textbooks.
    Newton,
    /// Powell's dogleg in a trust region.
    Dogleg,
    /// Newton's method damped in the norm of the unknowns.
    Damped,
}

/// What an iteration found.
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// Why it ended.
    pub status: Status,
    /// The iteration.
    pub method: Method,
    /// The last iterate, or the one of least residual where there is no root.
    pub x: Vec<f64>,
    /// The largest absolute value of an equation there.
    pub residual: f64,
    /// All iterates, the start first.
    pub trace: Vec<Vec<f64>>,
    /// The largest absolute value of an equation at each iterate.
    pub residuals: Vec<f64>,
}

impl Status {
    /// The name of the outcome.
    pub fn name(&self) -> &'static str {
        match self {
            Status::Converged { .. } => "converged",
            Status::SingularJacobian { .. } => "singular Jacobian",
            Status::Diverged => "diverged",
            Status::Cycle { .. } => "cycle",
            Status::NonFinite { .. } => "non-finite",
            Status::NoProgress(_) => "no progress",
            Status::IterationLimit => "iteration limit",
            Status::Interrupted => "stopped",
        }
    }

    /// Whether a root was found.
    pub fn is_success(&self) -> bool {
        matches!(self, Status::Converged { .. })
    }

    /// Whether another method would change nothing.
    pub fn is_final(&self) -> bool {
        matches!(self, Status::Converged { .. } | Status::Interrupted)
    }

    /// What happened and what helps, in words; `x` is the last iterate and `names` are those of the unknowns.
    pub fn reason(&self, x: &[f64], names: &[String]) -> String {
        match self {
            Status::Converged { singular: false } => {
                "the equations vanish to rounding, or the last step is below the tolerance".into()
            }
            Status::Converged { singular: true } => {
                "the equations vanish to rounding; the Jacobian is singular there, so about half of the digits are certain"
                    .into()
            }
            Status::SingularJacobian { null } => format!(
                "the Jacobian is singular along ({}) at {}: start elsewhere, or use `--method safeguarded`",
                list(null),
                point(x, names)
            ),
            Status::Diverged => format!(
                "the iterates leave every bounded region, the last is {}: start nearer to a root, or use `--method safeguarded`",
                point(x, names)
            ),
            Status::Cycle { period } => format!(
                "the iterates repeat after {period} steps: start elsewhere, or use `--method safeguarded`"
            ),
            Status::NonFinite { equation, derivative } => format!(
                "{} of equation {} is not finite at {}: start inside the domain",
                if *derivative { "a derivative" } else { "the value" },
                equation + 1,
                point(x, names)
            ),
            Status::NoProgress(rest) => {
                let at = point(x, names);
                let way_out = "start elsewhere, or search a box with `--all --box`";
                match rest {
                    Rest::Minimum => format!(
                        "the residual, each equation by the size of its terms, is no smaller at any point tried around {at}, which is no root: it has a minimum there, as far as these tell; {way_out}"
                    ),
                    Rest::Level => format!(
                        "the residual is the same, to four digits, at all points tried around {at}, which is no root: {way_out}"
                    ),
                    Rest::Steps => format!(
                        "no step along the linear part makes the residual smaller at {at}, which is no root, as at a kink, at the edge of a domain, or where rounding errors outweigh the equations: {way_out}"
                    ),
                }
            }
            Status::IterationLimit => {
                "the number of iterations is used up: raise `--max-iterations`, or start nearer to a root".into()
            }
            Status::Interrupted => "stopped from outside; this is the last iterate".into(),
        }
    }
}

fn list(x: &[f64]) -> String {
    x.iter().map(|x| format!("{x:.4}")).collect::<Vec<_>>().join(", ")
}

fn point(x: &[f64], names: &[String]) -> String {
    /// More would hide the sentence.
    const MOST: usize = 6;
    let mut parts: Vec<String> = x
        .iter()
        .zip(names)
        .take(MOST)
        .map(|(x, name)| format!("{name} = {}", number(*x)))
        .collect();
    if x.len() > MOST {
        parts.push("…".into());
    }
    parts.join(", ")
}

/// All digits of a number, with an exponent where zeros would outnumber them.
fn number(x: f64) -> String {
    if x == 0.0 || (1e-5..1e15).contains(&x.abs()) { x.to_string() } else { format!("{x:e}") }
}
