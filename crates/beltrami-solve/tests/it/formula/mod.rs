//! Systems written as text, over dual numbers and intervals.

use beltrami_linalg::{Interval, ldexp};
use beltrami_solve::roots::System;

/// A formula in unknowns.
enum Term {
    Number(f64),
    Unknown(usize),
    Sum(Box<Term>, Box<Term>),
    Difference(Box<Term>, Box<Term>),
    Product(Box<Term>, Box<Term>),
    Quotient(Box<Term>, Box<Term>),
    Power(Box<Term>, i32),
    Function(String, Box<Term>),
}

/// Equations in unknowns, each multiplied by a power of two, the unknowns too.
pub struct Formulas {
    terms: Vec<Term>,
    unknowns: Vec<i32>,
    equations: Vec<i32>,
}

impl Formulas {
    /// Expressions between semicolons; unknowns are named in order.
    pub fn new(text: &str, names: &[&str]) -> Formulas {
        let n = names.len();
        let terms = text.split(';').map(|text| Reader::new(text, names).all()).collect();
        Formulas { terms, unknowns: vec![0; n], equations: vec![0; n] }
    }

    /// With `2^e` times each equation, whose roots are `2^k` times as large.
    pub fn scaled(mut self, unknowns: &[i32], equations: &[i32]) -> Formulas {
        self.unknowns = unknowns.to_vec();
        self.equations = equations.to_vec();
        self
    }

    fn plain(&self, x: &[f64]) -> Vec<f64> {
        x.iter().zip(&self.unknowns).map(|(x, e)| ldexp(*x, -e)).collect()
    }

    fn enclosed(&self, x: &[f64]) -> Vec<Interval> {
        let x: Vec<Interval> = self.plain(x).into_iter().map(Interval::point).collect();
        self.terms.iter().map(|term| interval(term, &x)).collect()
    }
}

impl System for Formulas {
    fn size(&self) -> usize {
        self.terms.len()
    }

    fn value(&mut self, x: &[f64], f: &mut [f64]) {
        let x = self.plain(x);
        for ((f, term), e) in f.iter_mut().zip(&self.terms).zip(&self.equations) {
            *f = ldexp(dual(term, &x, 0).0, *e);
        }
    }

    fn jacobian(&mut self, x: &[f64], j: &mut [f64]) {
        let (x, n) = (self.plain(x), self.terms.len());
        for (i, term) in self.terms.iter().enumerate() {
            for k in 0..n {
                j[i * n + k] = ldexp(dual(term, &x, k).1, self.equations[i] - self.unknowns[k]);
            }
        }
    }

    fn vanishes(&mut self, x: &[f64]) -> bool {
        self.enclosed(x).iter().all(|f| f.contains(0.0) && f.is_bounded())
    }

    fn noise(&mut self, x: &[f64], noise: &mut [f64]) {
        for ((noise, f), e) in noise.iter_mut().zip(self.enclosed(x)).zip(&self.equations) {
            *noise = if f.is_bounded() { ldexp(f.hi - f.lo, *e) } else { f64::INFINITY };
        }
    }
}

/// Value and derivative by one unknown.
fn dual(term: &Term, x: &[f64], by: usize) -> (f64, f64) {
    let both = |a: &Term, b: &Term| (dual(a, x, by), dual(b, x, by));
    match term {
        Term::Number(c) => (*c, 0.0),
        Term::Unknown(k) => (x[*k], f64::from(u8::from(*k == by))),
        Term::Sum(a, b) => {
            let (a, b) = both(a, b);
            (a.0 + b.0, a.1 + b.1)
        }
        Term::Difference(a, b) => {
            let (a, b) = both(a, b);
            (a.0 - b.0, a.1 - b.1)
        }
        Term::Product(a, b) => {
            let (a, b) = both(a, b);
            (a.0 * b.0, a.1 * b.0 + a.0 * b.1)
        }
        Term::Quotient(a, b) => {
            let (a, b) = both(a, b);
            (a.0 / b.0, (a.1 - a.0 / b.0 * b.1) / b.0)
        }
        Term::Power(a, n) => {
            let a = dual(a, x, by);
            let slope = f64::from(*n) * a.0.powi(n - 1);
            (a.0.powi(*n), if a.1 == 0.0 { 0.0 } else { slope * a.1 })
        }
        Term::Function(name, a) => {
            let a = dual(a, x, by);
            let (value, slope) = match name.as_str() {
                "sin" => (a.0.sin(), a.0.cos()),
                "cos" => (a.0.cos(), -a.0.sin()),
                "exp" => (a.0.exp(), a.0.exp()),
                "log" => (a.0.ln(), 1.0 / a.0),
                "sqrt" => (a.0.sqrt(), 0.5 / a.0.sqrt()),
                "arctan" => (a.0.atan(), 1.0 / (1.0 + a.0 * a.0)),
                "abs" => (a.0.abs(), a.0.signum()),
                "step" => (f64::from(u8::from(a.0 > 0.0)), 0.0),
                name => panic!("no function {name}"),
            };
            (value, if a.1 == 0.0 { 0.0 } else { slope * a.1 })
        }
    }
}

fn interval(term: &Term, x: &[Interval]) -> Interval {
    let at = |a: &Term| interval(a, x);
    match term {
        Term::Number(c) => Interval::point(*c),
        Term::Unknown(k) => x[*k],
        Term::Sum(a, b) => at(a) + at(b),
        Term::Difference(a, b) => at(a) - at(b),
        Term::Product(a, b) => at(a) * at(b),
        Term::Quotient(a, b) => at(a) / at(b),
        Term::Power(a, n) => at(a).powi(*n),
        Term::Function(name, a) => match name.as_str() {
            "sin" => at(a).sin(),
            "cos" => at(a).cos(),
            "exp" => at(a).exp(),
            "log" => at(a).ln(),
            "sqrt" => at(a).sqrt(),
            "arctan" => at(a).atan(),
            "abs" => at(a).abs(),
            "step" => at(a).step(),
            name => panic!("no function {name}"),
        },
    }
}

/// A reader of one expression.
struct Reader<'a> {
    rest: &'a str,
    names: &'a [&'a str],
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, names: &'a [&'a str]) -> Self {
        Reader { rest: text.trim_start(), names }
    }

    fn all(mut self) -> Term {
        let term = self.sum();
        assert!(self.rest.is_empty(), "left over: {}", self.rest);
        term
    }

    fn take(&mut self, symbol: char) -> bool {
        let found = self.rest.strip_prefix(symbol);
        self.rest = found.unwrap_or(self.rest).trim_start();
        found.is_some()
    }

    fn sum(&mut self) -> Term {
        let mut term = if self.take('-') {
            Term::Difference(Box::new(Term::Number(0.0)), Box::new(self.product()))
        } else {
            self.product()
        };
        loop {
            term = if self.take('+') {
                Term::Sum(Box::new(term), Box::new(self.product()))
            } else if self.take('-') {
                Term::Difference(Box::new(term), Box::new(self.product()))
            } else {
                return term;
            };
        }
    }

    fn product(&mut self) -> Term {
        let mut term = self.power();
        loop {
            term = if self.take('*') {
                Term::Product(Box::new(term), Box::new(self.power()))
            } else if self.take('/') {
                Term::Quotient(Box::new(term), Box::new(self.power()))
            } else {
                return term;
            };
        }
    }

    fn power(&mut self) -> Term {
        let base = self.atom();
        if !self.take('^') {
            return base;
        }
        let Term::Number(n) = self.atom() else { panic!("a number after ^") };
        Term::Power(Box::new(base), n as i32)
    }

    fn atom(&mut self) -> Term {
        if self.take('(') {
            let term = self.sum();
            assert!(self.take(')'), "no closing bracket before {}", self.rest);
            return term;
        }
        let part = |end: &dyn Fn(usize, char) -> bool| {
            let found = self.rest.char_indices().find(|(at, c)| end(*at, *c));
            self.rest.split_at(found.map_or(self.rest.len(), |(at, _)| at))
        };
        if self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            let bytes = self.rest.as_bytes();
            let sign = |at: usize| at > 0 && bytes[at - 1] == b'e';
            let (number, rest) = part(&|at, c| {
                !(c.is_ascii_digit() || ".e".contains(c) || "+-".contains(c) && sign(at))
            });
            let value = number.parse().unwrap_or_else(|_| panic!("no number: {number}"));
            self.rest = rest.trim_start();
            return Term::Number(value);
        }
        let (word, rest) = part(&|_, c| !(c.is_ascii_alphanumeric()));
        self.rest = rest.trim_start();
        if let Some(k) = self.names.iter().position(|name| *name == word) {
            return Term::Unknown(k);
        }
        assert!(self.take('('), "no unknown {word}");
        let inner = self.sum();
        assert!(self.take(')'), "no closing bracket before {}", self.rest);
        Term::Function(word.to_owned(), Box::new(inner))
    }
}
