//! Scalar functions: those that engines compute, and those that are composed of them.

mod primitive;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use crate::number::Number;

/// A scalar function that is computed as such and applied entry by entry; what is known of it is in its
/// [record](Map::record).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Map {
    /// Sine.
    Sin,
    /// Cosine.
    Cos,
    /// Tangent.
    Tan,
    /// Inverse sine.
    Arcsin,
    /// Inverse cosine.
    Arccos,
    /// Inverse tangent.
    Arctan,
    /// Hyperbolic sine.
    Sinh,
    /// Hyperbolic cosine.
    Cosh,
    /// Hyperbolic tangent.
    Tanh,
    /// Exponential.
    Exp,
    /// Natural logarithm.
    Log,
    /// Square root.
    Sqrt,
    /// Absolute value.
    Abs,
    /// Sign: -1, 0 or 1.
    Sign,
    /// Heaviside step: 1 above zero, 0 at and below zero.
    Step,
    /// `max(x, 0)`.
    Relu,
    /// `x` above zero, `0.01*x` below.
    LeakyRelu,
    /// `1/(1 + exp(-x))`.
    Sigmoid,
    /// `log(1 + exp(x))`.
    Softplus,
    /// `x*Φ(x)` with the standard normal distribution function (the exact form, not the tanh approximation).
    Gelu,
    /// Error function.
    Erf,
    /// `log(1 + x)`.
    Log1p,
    /// `exp(x) - 1`.
    Expm1,
}

/// What is known of a scalar function, whichever engine asks.
#[derive(Debug)]
pub struct MapRecord {
    /// What it is called.
    pub name: &'static str,
    /// The derivative; `None` where it vanishes wherever it exists.
    pub slope: Option<Formula>,
    /// What becomes of it when the argument changes its sign.
    pub parity: Option<Parity>,
    /// Whether it is zero at zero.
    pub keeps_zero: bool,
    /// Where it exists.
    pub domain: Domain,
    /// What happens at zero.
    pub at_zero: AtZero,
    /// On which side of its chords its graph lies.
    pub bend: Option<Bend>,
    /// Whether values of numbers of moderate size are beyond those of `f64`.
    pub overflows: bool,
    /// What languages call it.
    pub spelling: Spelling,
}

impl MapRecord {
    /// A base to complete with `..MapRecord::BASE`: smooth everywhere, and nothing else known.
    const BASE: MapRecord = MapRecord {
        name: "",
        slope: None,
        parity: None,
        keeps_zero: false,
        domain: Domain::Everywhere,
        at_zero: AtZero::Smooth,
        bend: None,
        overflows: false,
        spelling: Spelling { torch: "", julia: "", rust: "", c: "" },
    };
}

/// What becomes of a function when its argument changes its sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parity {
    /// It changes its sign.
    Odd,
    /// Nothing.
    Even,
}

/// Where a scalar function exists.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Domain {
    /// For all numbers.
    Everywhere,
    /// Above a number, and not at it.
    Above(f64),
    /// From a number on, at which there is a value and no derivative.
    From(f64),
    /// Between two numbers, at which there are values and no derivatives.
    Between(f64, f64),
    /// Where the cosine is not zero.
    OffPolesOfTangent,
}

/// What happens to a scalar function at zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtZero {
    /// Nothing.
    Smooth,
    /// Its slope jumps.
    Kink,
    /// Its value jumps.
    Jump,
}

/// On which side of its chords the graph of a function lies, on intervals of its domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bend {
    /// Below.
    Convex,
    /// Above.
    Concave,
    /// Below for positive arguments and above for negative ones.
    ConvexAboveZero,
    /// On either.
    Either,
}

/// What languages call a scalar function; NumPy's word is in the record of the operation, and JAX has the same.
#[derive(Clone, Copy, Debug)]
pub struct Spelling {
    /// An expression of PyTorch, `#1` standing for the argument.
    pub torch: &'static str,
    /// A function of Julia, or of the runtime of printed Julia.
    pub julia: &'static str,
    /// A function of the runtime of printed Rust, or, after a dot, a method of `f64`.
    pub rust: &'static str,
    /// A function of C, or of the runtime of printed C.
    pub c: &'static str,
}

/// A scalar function by others: every engine computes its formula.
///
/// Derivatives and formulas keep its name; numbers, intervals, series and programs in other languages come from the
/// formula, so that this is all there is to it.
/// Written for digits: no difference of numbers that come close, and nothing that overflows where the value does not.
#[derive(Debug)]
pub struct Composition {
    /// What it is called; compositions of one name are one.
    pub name: &'static str,
    /// What it is.
    pub formula: Formula,
}

/// An expression of one number, [`X`](Formula::X).
#[derive(Debug)]
pub enum Formula {
    /// The argument.
    X,
    /// A number; [`Number::Float`] is an irrational one, rounded to the nearest.
    Number(Number),
    /// `-a`.
    Neg(&'static Formula),
    /// `a + b`.
    Sum(&'static Formula, &'static Formula),
    /// `a - b`.
    Difference(&'static Formula, &'static Formula),
    /// `a*b`.
    Product(&'static Formula, &'static Formula),
    /// `a/b`.
    Quotient(&'static Formula, &'static Formula),
    /// `a^2`.
    Square(&'static Formula),
    /// A scalar function of `a`.
    Of(Map, &'static Formula),
}

/// What formulas are computed with: numbers, intervals, programs under construction.
pub trait Algebra {
    /// What stands for a number.
    type Value: Clone;
    /// Why there may be none.
    type Error;

    /// A number.
    fn number(&mut self, x: Number) -> Result<Self::Value, Self::Error>;
    /// `-a`.
    fn neg(&mut self, a: Self::Value) -> Result<Self::Value, Self::Error>;
    /// `a + b`.
    fn sum(&mut self, a: Self::Value, b: Self::Value) -> Result<Self::Value, Self::Error>;
    /// `a - b`.
    fn difference(&mut self, a: Self::Value, b: Self::Value) -> Result<Self::Value, Self::Error>;
    /// `a*b`.
    fn product(&mut self, a: Self::Value, b: Self::Value) -> Result<Self::Value, Self::Error>;
    /// `a/b`.
    fn quotient(&mut self, a: Self::Value, b: Self::Value) -> Result<Self::Value, Self::Error>;
    /// A scalar function.
    fn map(&mut self, map: Map, a: Self::Value) -> Result<Self::Value, Self::Error>;

    /// `a^2`.
    fn square(&mut self, a: Self::Value) -> Result<Self::Value, Self::Error> {
        self.product(a.clone(), a)
    }
}

impl Formula {
    /// The value at `x`.
    ///
    /// # Errors
    /// Those of the algebra.
    pub fn at<A: Algebra>(&self, algebra: &mut A, x: &A::Value) -> Result<A::Value, A::Error> {
        Ok(match self {
            Formula::X => x.clone(),
            Formula::Number(number) => algebra.number(*number)?,
            Formula::Neg(a) => {
                let a = a.at(algebra, x)?;
                algebra.neg(a)?
            }
            Formula::Sum(a, b) => {
                let (a, b) = (a.at(algebra, x)?, b.at(algebra, x)?);
                algebra.sum(a, b)?
            }
            Formula::Difference(a, b) => {
                let (a, b) = (a.at(algebra, x)?, b.at(algebra, x)?);
                algebra.difference(a, b)?
            }
            Formula::Product(a, b) => {
                let (a, b) = (a.at(algebra, x)?, b.at(algebra, x)?);
                algebra.product(a, b)?
            }
            Formula::Quotient(a, b) => {
                let (a, b) = (a.at(algebra, x)?, b.at(algebra, x)?);
                algebra.quotient(a, b)?
            }
            Formula::Square(a) => {
                let a = a.at(algebra, x)?;
                algebra.square(a)?
            }
            Formula::Of(map, a) => {
                let a = a.at(algebra, x)?;
                algebra.map(*map, a)?
            }
        })
    }

    /// What becomes of the value when the argument changes its sign, where the parts tell.
    pub fn parity(&self) -> Option<Parity> {
        match self {
            Formula::X => Some(Parity::Odd),
            Formula::Number(_) => Some(Parity::Even),
            Formula::Neg(a) => a.parity(),
            Formula::Sum(a, b) | Formula::Difference(a, b) => {
                a.parity().filter(|parity| b.parity() == Some(*parity))
            }
            Formula::Product(a, b) | Formula::Quotient(a, b) => {
                Some(if a.parity()? == b.parity()? { Parity::Even } else { Parity::Odd })
            }
            Formula::Square(a) => a.parity().map(|_| Parity::Even),
            Formula::Of(map, a) => match a.parity()? {
                Parity::Even => Some(Parity::Even),
                Parity::Odd => map.record().parity,
            },
        }
    }
}

impl PartialEq for Composition {
    fn eq(&self, other: &Composition) -> bool {
        self.name == other.name
    }
}

impl Eq for Composition {}

impl Hash for Composition {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl PartialOrd for Composition {
    fn partial_cmp(&self, other: &Composition) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Composition {
    fn cmp(&self, other: &Composition) -> Ordering {
        self.name.cmp(other.name)
    }
}

impl fmt::Display for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.record().name)
    }
}
