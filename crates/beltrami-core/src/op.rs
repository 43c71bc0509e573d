//! The record every operation fills in: the one contract between operations and engines.

use crate::dim::Dim;
use crate::facts::Facts;
use crate::graph::{ExprId, Graph};
use crate::kernel::Kernel;
use crate::number::Number;
use crate::shape::{Shape, ShapeError, Sizes};

/// Everything the product knows about one operation.
///
/// Texts are in Beltrami's own language; parameters are called as in [`Op::params`], their differentials `dA`, `dB`, ….
#[derive(Debug)]
pub struct Op {
    /// Name in the surface language: a word, or an operator sign such as `*`.
    pub name: &'static str,
    /// What it is called elsewhere; who writes such a word is pointed here.
    pub aliases: &'static [&'static str],
    /// How applications are written.
    pub notation: Notation,
    /// A trailing literal that selects this operation and is no argument of the kernel: `sum(A, 1)`.
    pub literal: Option<i64>,
    /// Parameters with their types, as in a declaration: `A: matrix(n,n), x: vector(n)`.
    ///
    /// The differential and the transposition are stated for these; a vector or a row may stand for a matrix of one column or row.
    pub params: &'static str,
    /// What is computed.
    pub kernel: Kernel,
    /// Whether the operation applies to arguments of these kinds; picks among operations of one name.
    pub accepts: fn(&[Arg]) -> bool,
    /// The shape of the result, or why there is none.
    pub shape: fn(&mut dyn Sizes, &[Arg]) -> Result<Shape, ShapeError>,
    /// Facts about the result that follow from facts about the arguments; symmetry by transposition is found without it.
    pub facts: fn(&Graph, &[ExprId]) -> Facts,
    /// What transposing the result does to the arguments.
    pub transposed: Transposed,
    /// Index form, for operations that are linear in each argument.
    pub lower: Lower,
    /// What an operation of kernel [`Kernel::Defined`] abbreviates, as text in its parameters; empty for all others.
    pub definition: &'static str,
    /// The differential.
    pub differential: Differential,
    /// The differential where matrices may be singular, when [`Op::differential`] is written for invertible ones.
    pub singular: Option<BuildDifferential>,
    /// The ordinary derivative when this is a matrix function `f(A)`, as text for `f'(A)`; then `tr(M*f(A))` with `M`
    /// a function of `A` differentiates like a scalar function.
    pub scalar_derivative: Option<&'static str>,
    /// Rewrites of this operation, one a line: `name: left => right if condition, condition`.
    pub rules: &'static str,
    /// Rules to a form of the same value that keeps digits which the left side loses, or stays within the numbers where the
    /// left side does not; applied to what is evaluated and never to what is shown. As [`Op::rules`].
    pub stable: &'static str,
    /// Where the value exists, `{A}` standing for the argument: `{A} > 0`.
    pub domain: &'static [&'static str],
    /// Where the derivative exists in addition, in words: `{A} has no zero entry`.
    pub smooth: &'static [&'static str],
    /// Whether the value jumps somewhere, also between values that a kernel chooses at places outside of the domain; everything
    /// else is continuous wherever it has a value, so that what holds beside such a place holds at it.
    pub jumps: bool,
    /// The two branches of a piecewise derivative, in words; empty when there is one.
    pub branches: &'static str,
    /// LaTeX, `#1` and `#2` standing for the arguments, `#,` for a list of those that are not named.
    pub latex: &'static str,
    /// NumPy expression, `#1` and `#2` standing for the arguments; empty when the printer has a form of its own for the kernel.
    pub numpy: &'static str,
    /// Arguments for the conformance tests, as declarations with fixed sizes: `A: spd(3)`.
    pub samples: &'static [&'static str],
    /// BibTeX keys into `references.bib`.
    pub references: &'static [&'static str],
}

impl Op {
    /// A base to complete with `..Op::BASE`: a function of one matrix, entry by entry in shape, opaque otherwise.
    pub const BASE: Op = Op {
        name: "",
        aliases: &[],
        notation: Notation::Call,
        literal: None,
        params: "A: matrix(m,n)",
        kernel: Kernel::Neg,
        accepts: |_| true,
        shape: |_, args| Ok(args[0].shape.clone()),
        facts: |_, _| Facts::NONE,
        transposed: Transposed::Unknown,
        lower: Lower::Opaque,
        definition: "",
        differential: Differential::None,
        singular: None,
        scalar_derivative: None,
        rules: "",
        stable: "",
        domain: &[],
        smooth: &[],
        jumps: false,
        branches: "",
        latex: "",
        numpy: "",
        samples: &[],
        references: &[],
    };

    /// The names of the parameters, in order.
    pub fn parameters(&self) -> Vec<&'static str> {
        let mut depth = 0_i32;
        self.params
            .split(|c| {
                depth += i32::from(c == '(') - i32::from(c == ')');
                c == ',' && depth == 0
            })
            .filter_map(|declaration| declaration.split(':').next())
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// Whether the parameter of this name is declared symmetric.
    pub fn needs_symmetric(&self, name: &str) -> bool {
        self.params.contains(&format!("{name}: symmetric("))
    }

    /// The rules, one a line; a line that is not a rule is returned as the error.
    pub fn rules(&self) -> impl Iterator<Item = Result<Rule, &'static str>> {
        rules(self.rules)
    }

    /// The rules towards stable forms, as [`Op::rules`].
    pub fn stable_rules(&self) -> impl Iterator<Item = Result<Rule, &'static str>> {
        rules(self.stable)
    }
}

fn rules(text: &'static str) -> impl Iterator<Item = Result<Rule, &'static str>> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| {
        let (name, rest) = line.split_once(": ").ok_or(line)?;
        let (lhs, rest) = rest.split_once("=>").ok_or(line)?;
        let (rhs, conditions) = rest.split_once(" if ").unwrap_or((rest, ""));
        Ok(Rule {
            name: name.trim(),
            lhs: lhs.trim(),
            rhs: rhs.trim(),
            conditions: conditions.trim(),
        })
    })
}

/// One line of an operation's rules: `name: lhs => rhs if conditions`.
///
/// Letters in a rule have the default types of the language (`a`..`g` scalars, `h`..`z` vectors, `A`..`Z` matrices of any
/// shape, vectors included), sizes are inferred.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Kebab-case name: `<head>-<what>`.
    pub name: &'static str,
    /// Left-hand side; names the owning operation, and none listed after it.
    pub lhs: &'static str,
    /// Right-hand side.
    pub rhs: &'static str,
    /// Facts that must hold, separated by commas: `symmetric(A), positive(x)`.
    pub conditions: &'static str,
}

impl Rule {
    /// The words that the left side applies to arguments.
    pub fn functions(&self) -> impl Iterator<Item = &'static str> + use<> {
        let before = self.lhs.match_indices('(').map(|(place, _)| &self.lhs[..place]);
        let word = |text: &'static str| {
            text.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
        };
        before.map(word).filter(|word| !word.is_empty())
    }
}

/// How applications of an operation are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// `name(A, B)`.
    Call,
    /// `A name B`.
    Infix,
    /// `name A`.
    Prefix,
    /// `A name`.
    Postfix,
    /// `A[i, j]`.
    Index,
    /// `[A, B]` or `[A; B]`.
    Block,
}

/// What transposing the result does to the arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transposed {
    /// Nothing simple.
    Unknown,
    /// `f(A, B)' = f(A', B')`.
    Each,
    /// `f(A, B)' = f(B', A')`.
    Reverse,
    /// `f(A)' = f(A)`.
    Itself,
}

/// The index form of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lower {
    /// None: the operation is a kernel that index notation leaves alone.
    Opaque,
    /// A product of the arguments' entries, einsum text: `ik,kj->ij`.
    ///
    /// A repeated output index is a δ, parentheses group indices into one axis (slow index first), indices of size
    /// arguments alone take their sizes from them in order of appearance.
    Product(&'static str),
    /// As [`Lower::Product`], with the last argument divided by.
    Quotient(&'static str),
    /// A sum of the arguments with these coefficients.
    Sum(&'static [i64]),
    /// The first argument's entries to the power of the second, when that is a number.
    Power,
    /// The einsum text is the first argument.
    Einsum,
}

/// The differential of an operation.
#[derive(Clone, Copy, Debug)]
pub enum Differential {
    /// The operation has no arguments to vary, or its derivative is zero wherever it exists.
    Constant,
    /// Not available: differentiation is refused.
    None,
    /// An expression linear in `dA`, `dB`, ….
    Text(&'static str),
    /// Built from the arguments and their differentials (`None` for those that do not vary).
    Build(BuildDifferential),
}

/// A differential from the arguments and their differentials, `None` for those that do not vary; `None` refuses.
pub type BuildDifferential = fn(&mut Graph, &[ExprId], &[Option<ExprId>]) -> Option<ExprId>;

/// An argument as shape rules see it.
#[derive(Clone, Debug)]
pub struct Arg {
    /// Its shape.
    pub shape: Shape,
    /// What it is when it is a literal.
    pub value: Literal,
}

/// A literal argument.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// Not a literal.
    None,
    /// A size, or an integer that may serve as one.
    Size(Dim),
    /// Another number.
    Number(Number),
    /// A text in quotes.
    Text(std::sync::Arc<str>),
}

impl Arg {
    /// The size this argument stands for, when it is one.
    pub fn size(&self) -> Option<&Dim> {
        match &self.value {
            Literal::Size(dim) => Some(dim),
            _ => None,
        }
    }

    /// The text, when it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Literal::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether this is `1 × 1`.
    pub fn is_scalar(&self) -> bool {
        self.shape.is_scalar()
    }
}

/// An operation and the file it lives in.
#[derive(Debug)]
pub struct Entry {
    /// The record.
    pub op: &'static Op,
    /// The file's name.
    pub file: &'static str,
    /// The whole source, of which the leading `//!` lines are the manual page.
    pub source: &'static str,
}

impl Entry {
    /// The manual page: the leading `//!` lines without their marker.
    pub fn page(&self) -> String {
        self.source
            .lines()
            .map_while(|line| line.strip_prefix("//!"))
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect::<Vec<_>>()
            .join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_the_words_before_parentheses() {
        let check = |lhs, expected: &[&str]| {
            let rule = Rule { name: "", lhs, rhs: "", conditions: "" };
            assert_eq!(rule.functions().collect::<Vec<_>>(), expected, "{lhs}");
        };
        check("inv(A'*A)*A'", &["inv"]);
        check("-(a*leaky_relu(sum(A, 1)))", &["leaky_relu", "sum"]);
        check("(A + B)*eye", &[]);
    }
}
