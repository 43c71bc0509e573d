//! Expressions that are computed entry by entry, as quotients of polynomials.

use std::collections::BTreeMap;

use beltrami_core::{ExprId, Graph, Kernel, Map, Number};
use rustc_hash::FxHashMap;

use super::polynomial::{Fraction, Linear, Monomial, Polynomial};

/// The largest power that is multiplied out.
const MOST_POWER: i32 = 12;
/// Parts of a combination in an exponent.
const MOST_PARTS: usize = 8;

/// What expressions are as quotients; each is read after its arguments.
#[derive(Default)]
pub(super) struct Reader {
    read: FxHashMap<ExprId, Fraction>,
    /// Expressions as combinations of others with rational coefficients.
    linear: FxHashMap<ExprId, Linear>,
    /// Square roots and what they are the roots of.
    pub roots: BTreeMap<ExprId, Polynomial>,
}

impl Reader {
    /// What an expression is, itself where nothing is known of it.
    pub fn fraction(&self, id: ExprId) -> Fraction {
        self.read.get(&id).cloned().unwrap_or_else(|| Fraction::itself(id))
    }

    /// Reads an expression whose arguments were read.
    pub fn take_in(&mut self, graph: &mut Graph, id: ExprId) {
        if let Some(linear) = self.combination(graph, id).filter(|own| own.0.len() <= MOST_PARTS) {
            self.linear.insert(id, linear);
        }
        if let Some(fraction) = self.read(graph, id) {
            self.read.insert(id, fraction);
        }
    }

    /// An expression as a combination of others with rational coefficients, itself where nothing is known of it.
    fn linear(&self, id: ExprId) -> Linear {
        self.linear.get(&id).cloned().unwrap_or_else(|| Linear::term(Some(id)))
    }

    fn combination(&self, graph: &Graph, id: ExprId) -> Option<Linear> {
        let of = |id: &ExprId| self.linear(*id);
        let rational = |id: &ExprId| match graph.number_of(*id) {
            Some(x @ Number::Rational(..)) => Some(x),
            _ => None,
        };
        if let Some(x) = rational(&id) {
            return Some(Linear::default().plus(&Linear::term(None), x));
        }
        Some(match graph.application(id)? {
            (Kernel::Add, [a, b]) => of(a).plus(&of(b), Number::ONE),
            (Kernel::Sub, [a, b]) => of(a).plus(&of(b), Number::MINUS_ONE),
            (Kernel::Neg, [a]) => of(a).times(Number::MINUS_ONE),
            (Kernel::Scale, [s, a]) => match rational(s) {
                Some(factor) => of(a).times(factor),
                None => of(s).times(rational(a)?),
            },
            (Kernel::Divide, [a, s]) => of(a).times(rational(s)?.recip()?),
            (Kernel::Ones, _) => Linear::term(None),
            _ => return None,
        })
    }

    fn read(&mut self, graph: &mut Graph, id: ExprId) -> Option<Fraction> {
        if let Some(x) = graph.number_of(id) {
            return matches!(x, Number::Rational(..)).then(|| Fraction::number(x));
        }
        let (kernel, args) = graph.application(id).map(|(kernel, args)| (kernel, args.to_vec()))?;
        let of = |place: usize| self.fraction(args[place]);
        match kernel {
            // `sum(exp(A)) = exp(logsumexp(A))`.
            Kernel::Sum => {
                let inner = graph.args_of(args[0], Kernel::Map(Map::Exp))?[0];
                let log = graph.build(Kernel::LogSumExp, &[inner]).ok()?;
                let exponent = Linear::term(Some(log));
                let monomial = Monomial { exponent, ..Monomial::default() };
                Some(Fraction::of(Polynomial::term(monomial, Number::ONE)))
            }
            Kernel::Ones => Some(Fraction::number(Number::ONE)),
            Kernel::Zeros => Some(Fraction::number(Number::ZERO)),
            Kernel::Add => of(0).plus(&of(1), Number::ONE),
            Kernel::Sub => of(0).plus(&of(1), Number::MINUS_ONE),
            Kernel::Neg => Fraction::number(Number::ZERO).plus(&of(0), Number::MINUS_ONE),
            Kernel::Scale | Kernel::Hadamard => of(0).times(&of(1)),
            Kernel::MatMul if args.iter().all(|arg| graph.shape(*arg).is_scalar()) => {
                of(0).times(&of(1))
            }
            Kernel::Divide | Kernel::EDivide => of(0).times(&self.inverse(graph, args[1])?),
            Kernel::Power => {
                let exponent = graph.number_of(args[1])?;
                let halves = exponent.mul(Number::TWO).as_int()?;
                let whole = i32::try_from(halves).ok().filter(|n| n.abs() <= 2 * MOST_POWER)?;
                if whole % 2 == 0 {
                    return of(0).power(whole / 2);
                }
                let root = graph.build(Kernel::Map(Map::Sqrt), &args[..1]).ok()?;
                self.root(root, args[0])?.power(whole)
            }
            Kernel::Map(Map::Sqrt) => self.root(id, args[0]),
            // `cos(v) = 1 - 2 sin(v/2)²`, which has what is left of 1 as a term.
            Kernel::Map(Map::Cos) => {
                let half = graph.number(Number::HALF);
                let half = graph.scale(half, args[0]).ok()?;
                let sine = graph.build(Kernel::Map(Map::Sin), &[half]).ok()?;
                let square = Fraction::itself(sine).power(2)?;
                Fraction::number(Number::ONE).plus(&square, Number::TWO.neg())
            }
            Kernel::Map(map) => {
                let exponential = |factor: i64| {
                    let exponent = self.linear(args[0]).times(Number::int(factor));
                    let monomial = Monomial { exponent, ..Monomial::default() };
                    Fraction::of(Polynomial::term(monomial, Number::ONE))
                };
                let (one, half) = (Fraction::number(Number::ONE), Fraction::number(Number::HALF));
                match map {
                    Map::Exp => Some(exponential(1)),
                    Map::Expm1 => exponential(1).plus(&one, Number::MINUS_ONE),
                    Map::Sigmoid => {
                        exponential(1).times(&exponential(1).plus(&one, Number::ONE)?.power(-1)?)
                    }
                    Map::Tanh => {
                        let below = exponential(2).plus(&one, Number::ONE)?;
                        exponential(2).plus(&one, Number::MINUS_ONE)?.times(&below.power(-1)?)
                    }
                    Map::Cosh => exponential(1).plus(&exponential(-1), Number::ONE)?.times(&half),
                    Map::Sinh => {
                        exponential(1).plus(&exponential(-1), Number::MINUS_ONE)?.times(&half)
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// One over an expression, whose factors stay factors.
    fn inverse(&self, graph: &Graph, id: ExprId) -> Option<Fraction> {
        match graph.application(id) {
            Some((Kernel::Scale | Kernel::Hadamard, [a, b])) => {
                self.inverse(graph, *a)?.times(&self.inverse(graph, *b)?)
            }
            Some((Kernel::Power, [a, n])) => {
                let whole = graph.number_of(*n).and_then(|n| n.as_int());
                match whole.and_then(|n| i32::try_from(n).ok()) {
                    Some(n) if n.abs() <= MOST_POWER => self.fraction(*a).power(-n),
                    _ => self.fraction(id).power(-1),
                }
            }
            _ => self.fraction(id).power(-1),
        }
    }

    /// A square root of what is a polynomial.
    fn root(&mut self, root: ExprId, of: ExprId) -> Option<Fraction> {
        let radicand = self.fraction(of);
        if radicand.den.is_empty() && !radicand.num.is_zero() {
            self.roots.insert(root, radicand.num);
        }
        Some(Fraction::itself(root))
    }

    /// Even powers of roots as powers of what they are roots of.
    pub fn reduced(&self, mut polynomial: Polynomial) -> Option<Polynomial> {
        while let Some((monomial, root)) = polynomial.0.keys().find_map(|m| {
            let root = m.powers.iter().find(|(base, n)| **n > 1 && self.roots.contains_key(base));
            Some((m.clone(), *root?.0))
        }) {
            let coefficient = polynomial.0.remove(&monomial)?;
            let square = Monomial { powers: BTreeMap::from([(root, 2)]), ..Monomial::default() };
            let rest = Polynomial::term(monomial.times(&square, -1), coefficient);
            polynomial = polynomial.plus(&rest.times(&self.roots[&root])?, Number::ONE)?;
        }
        Some(polynomial)
    }
}
