//! Declared names.

use beltrami_core::{Dim, Shape};

use crate::choice::Choice;
use crate::need::Need;

/// A declared name.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// The name.
    pub name: String,
    /// Its shape.
    pub shape: Shape,
    /// The type that declares it, such as `spd` or `vector`.
    pub ty: &'static str,
    /// The fact that follows the type: `> 0`, `+-1`, or nothing.
    pub fact: &'static str,
}

/// Names by kind; sizes and indices are called otherwise.
const SCALARS: &[&str] = &["a", "b", "c", "d", "alpha", "beta", "lambda", "t"];
const VECTORS: &[&str] = &["x", "y", "z", "u", "v", "w", "h"];
const ROWS: &[&str] = &["r", "s", "l"];
const MATRICES: &[&str] = &["A", "B", "C", "X", "Y", "Z", "W", "M"];

impl Variable {
    /// The declaration.
    pub fn declaration(&self) -> String {
        let (rows, cols) = (&self.shape.rows, &self.shape.cols);
        let sizes = match self.ty {
            "scalar" => String::new(),
            "matrix" => format!("({rows},{cols})"),
            "row" => format!("({cols})"),
            _ => format!("({rows})"),
        };
        let fact = if self.fact.is_empty() { String::new() } else { format!(" {}", self.fact) };
        format!("{}: {}{sizes}{fact}", self.name, self.ty)
    }

    /// A declaration of a shape that meets a need.
    pub fn draw(choice: &mut Choice, shape: &Shape, need: Need, taken: &[Variable]) -> Variable {
        let (ty, fact) = kind(choice, shape, need);
        Variable { name: name(shape, taken), shape: shape.clone(), ty, fact }
    }

    /// Whether the name can stand where a need is asked of a shape.
    pub fn meets(&self, shape: &Shape, need: Need) -> bool {
        let need = if shape.is_scalar() { need.of_scalar() } else { need };
        self.shape == *shape
            && match need {
                Need::Any | Need::FullRank | Need::Bounded => {
                    self.ty != "skew" || need != Need::FullRank
                }
                Need::Positive => self.fact == "> 0",
                Need::Unit => self.fact == "in (-0.9, 0.9)",
                Need::Symmetric => matches!(self.ty, "symmetric" | "spd" | "diagonal"),
                Need::Spd => self.ty == "spd",
                Need::Invertible => {
                    shape.is_square()
                        && !matches!(self.ty, "skew" | "symmetric")
                        && self.fact.is_empty()
                }
            }
    }

    /// The same name with less said of it, when less can be said.
    pub fn plainer(&self) -> Option<Variable> {
        let ty = match self.ty {
            "scalar" | "vector" | "row" | "matrix" => self.ty,
            _ => "matrix",
        };
        (ty != self.ty || !self.fact.is_empty()).then(|| Variable { ty, fact: "", ..self.clone() })
    }
}

fn kind(choice: &mut Choice, shape: &Shape, need: Need) -> (&'static str, &'static str) {
    let plain = if shape.is_scalar() {
        "scalar"
    } else if shape.is_vector() {
        "vector"
    } else if shape.is_row() {
        "row"
    } else {
        "matrix"
    };
    let square = shape.is_square() && !shape.is_scalar();
    match if square { need } else { need.of_scalar() } {
        Need::Positive => (plain, "> 0"),
        Need::Unit => (plain, "in (-0.9, 0.9)"),
        Need::Spd => ("spd", ""),
        Need::Symmetric => (*choice.of(&["symmetric", "symmetric", "spd", "diagonal"]), ""),
        Need::Invertible => (
            *choice.of(&["matrix", "matrix", "spd", "lower", "upper", "orthogonal", "diagonal"]),
            "",
        ),
        Need::FullRank => (plain, ""),
        Need::Any | Need::Bounded if square && choice.chance(0.5) => (
            *choice.of(&["symmetric", "spd", "diagonal", "lower", "upper", "orthogonal", "skew"]),
            "",
        ),
        Need::Any | Need::Bounded => match choice.below(12) {
            0 => (plain, "> 0"),
            1 if shape.is_vector() => (plain, "+-1"),
            _ => (plain, ""),
        },
    }
}

fn name(shape: &Shape, taken: &[Variable]) -> String {
    let names = if shape.is_scalar() {
        SCALARS
    } else if shape.is_vector() {
        VECTORS
    } else if shape.is_row() {
        ROWS
    } else {
        MATRICES
    };
    let free = |name: &str| taken.iter().all(|variable| variable.name != name);
    let plain = names.iter().find(|name| free(name)).map(|name| name.to_string());
    let numbered = || (1..).map(|k| format!("{}{k}", names[0])).find(|name| free(name));
    plain.or_else(numbered).unwrap_or_default()
}

/// The names of sizes that no declared name has alone as an axis, so that nothing settles them.
pub fn unsettled(dims: &[Dim], variables: &[Variable]) -> Vec<String> {
    let settled = |name: &str| {
        let alone = |dim: &Dim| dim.as_symbol() == Some(name);
        variables.iter().any(|v| alone(&v.shape.rows) || alone(&v.shape.cols))
    };
    let mut names: Vec<String> =
        dims.iter().flat_map(Dim::symbols).map(|name| name.to_string()).collect();
    names.sort();
    names.dedup();
    names.retain(|name| !settled(name));
    names
}
