//! Where expressions have a value: a form must have one where the expression has, and nowhere else.
//!
//! `a/a - 1` is 0 where `a` is not 0, and no number at 0; what cancels takes such places along, and what is written anew may divide
//! by what the expression does not divide by.

use std::collections::BTreeSet;

use beltrami_core::{ExprId, Facts, Graph, Kernel, Map, Number};
use rustc_hash::FxHashMap;

use super::exponential;
use super::polynomial::{Monomial, Polynomial};
use super::reader::Reader;

/// What is known of the expressions so far.
pub(super) struct Domain<'a> {
    pub graph: &'a Graph,
    pub reader: &'a Reader,
    pub stable: &'a FxHashMap<ExprId, ExprId>,
}

/// What an expression asks for.
#[derive(Default)]
struct Needs {
    /// What is divided by, up to factors without zeros.
    divisors: BTreeSet<Polynomial>,
    /// What must be positive besides.
    logarithms: BTreeSet<Polynomial>,
    /// Functions that have no value everywhere.
    partial: BTreeSet<ExprId>,
}

impl Domain<'_> {
    /// Whether a form has a value where an expression has one, as far as that shows.
    pub fn is_kept(&self, id: ExprId, form: ExprId) -> bool {
        let (mut own, mut other) = (Needs::default(), Needs::default());
        let mut seen = BTreeSet::new();
        self.ask(id, id, &mut own, &mut seen);
        let parts = self.graph.reachable(form);
        for part in &parts {
            self.ask_one(*part, form, &mut other);
        }
        let stays = |id: &ExprId| {
            let stable = self.stable.get(id).copied().unwrap_or(*id);
            parts.contains(&stable) || parts.contains(id) || self.is_total(stable)
        };
        let asked = |divisor: &Polynomial| {
            own.divisors.contains(divisor) || own.logarithms.contains(divisor)
        };
        own.divisors.is_subset(&other.divisors)
            && own.partial.iter().all(stays)
            && other.divisors.iter().all(asked)
    }

    /// What an expression asks for above its partial functions, which stay whole.
    fn ask(&self, id: ExprId, root: ExprId, needs: &mut Needs, seen: &mut BTreeSet<ExprId>) {
        if !seen.insert(id) {
            return;
        }
        self.ask_one(id, root, needs);
        if !needs.partial.contains(&id)
            && let Some((_, args)) = self.graph.application(id)
        {
            args.iter().for_each(|arg| self.ask(*arg, root, needs, seen));
        }
    }

    fn ask_one(&self, id: ExprId, root: ExprId, needs: &mut Needs) {
        let Some((kernel, args)) = self.graph.application(id) else { return };
        match kernel {
            Kernel::Divide | Kernel::EDivide => self.zeros(args[1], &mut needs.divisors),
            Kernel::Power => {
                let exponent = self.graph.number_of(args[1]);
                let halves = exponent.and_then(|n| n.mul(Number::TWO).as_int());
                let Some(halves) = halves else {
                    needs.partial.insert(id);
                    return;
                };
                let root = self.root_of(args[0]).filter(|_| halves % 2 != 0);
                match root {
                    _ if halves % 2 == 0 && halves < 0 => {
                        self.zeros(args[0], &mut needs.divisors);
                    }
                    Some(root) if !self.is_positive(args[0]) => {
                        needs.partial.insert(root);
                        if halves < 0 {
                            needs.divisors.insert(self.settled(&base_of(root)));
                        }
                    }
                    None if halves % 2 != 0 => {
                        needs.partial.insert(id);
                    }
                    _ => {}
                }
            }
            Kernel::Map(Map::Log | Map::Log1p) => {
                self.logarithm(id, &mut needs.logarithms);
                if id != root {
                    needs.partial.insert(id);
                }
            }
            Kernel::Map(Map::Sqrt) if self.is_positive(args[0]) => {}
            _ if is_everywhere(kernel) => {}
            _ => {
                needs.partial.insert(id);
            }
        }
    }

    /// Whether an expression has a value everywhere.
    fn is_total(&self, id: ExprId) -> bool {
        let mut needs = Needs::default();
        self.graph.reachable(id).into_iter().for_each(|part| self.ask_one(part, id, &mut needs));
        let log =
            matches!(self.graph.application(id), Some((Kernel::Map(Map::Log | Map::Log1p), _)));
        !log && needs.divisors.is_empty() && needs.partial.is_empty()
    }

    fn logarithm(&self, id: ExprId, zeros: &mut BTreeSet<Polynomial>) {
        let Some((kernel, args)) = self.graph.application(id) else { return };
        if kernel == Kernel::Map(Map::Log) {
            self.zeros(args[0], zeros);
            // What stands below it has no zero there.
            if let Some((Kernel::Divide | Kernel::EDivide, parts)) = self.graph.application(args[0])
            {
                self.zeros(parts[1], zeros);
            }
            return;
        }
        let one = super::Fraction::number(Number::ONE);
        if let Some(sum) = self.reader.fraction(args[0]).plus(&one, Number::ONE) {
            self.zeros_of(&sum.num, zeros);
        }
    }

    /// What must vanish for an expression to vanish.
    fn zeros(&self, id: ExprId, zeros: &mut BTreeSet<Polynomial>) {
        match self.graph.application(id) {
            Some((Kernel::Neg, [x])) => self.zeros(*x, zeros),
            Some((Kernel::Scale | Kernel::Hadamard, [x, y])) => {
                self.zeros(*x, zeros);
                self.zeros(*y, zeros);
            }
            Some((Kernel::Divide | Kernel::EDivide, [x, _])) => self.zeros(*x, zeros),
            Some((Kernel::Power, [x, n]))
                if self.graph.number_of(*n).and_then(|n| n.as_int()).is_some_and(|n| n > 0) =>
            {
                self.zeros(*x, zeros);
            }
            _ => self.zeros_of(&self.reader.fraction(id).num, zeros),
        }
    }

    fn zeros_of(&self, polynomial: &Polynomial, zeros: &mut BTreeSet<Polynomial>) {
        let content = polynomial.content();
        for (base, n) in &content.powers {
            if *n > 0 && !self.is_never_zero(*base) {
                zeros.insert(self.settled(&base_of(*base)));
            }
        }
        let mut primitive = polynomial.over(&content);
        if let Some((exponent, rest)) = exponential::at_origin(&primitive) {
            let own = Monomial { exponent, ..Monomial::default() };
            zeros.insert(Polynomial::term(own, Number::ONE));
            primitive = rest;
        }
        let lead = primitive.0.values().next().and_then(|lead| lead.recip());
        if primitive.0.len() > 1
            && !self.is_definite(&primitive)
            && let Some(primitive) = lead.and_then(|x| Polynomial::default().plus(&primitive, x))
        {
            zeros.insert(self.settled(&primitive));
        }
    }

    /// The polynomial in the stable forms of what it is in.
    fn settled(&self, polynomial: &Polynomial) -> Polynomial {
        let terms = polynomial.0.iter().map(|(monomial, x)| {
            let mut own = Monomial { exponent: monomial.exponent.clone(), ..Monomial::default() };
            for (base, n) in &monomial.powers {
                let base = self.stable.get(base).copied().unwrap_or(*base);
                *own.powers.entry(base).or_insert(0) += n;
            }
            (own, *x)
        });
        Polynomial(terms.collect())
    }

    /// The square root that powers by halves are read as.
    fn root_of(&self, id: ExprId) -> Option<ExprId> {
        let is_of =
            |root: &&ExprId| self.graph.application(**root).is_some_and(|(_, args)| args == [id]);
        self.reader.roots.keys().find(is_of).copied()
    }

    fn is_never_zero(&self, base: ExprId) -> bool {
        let radicand = self.reader.roots.get(&base);
        self.graph.facts(base).has(Facts::POSITIVE)
            || radicand.is_some_and(|of| self.is_definite(of))
    }

    fn is_positive(&self, id: ExprId) -> bool {
        let fraction = self.reader.fraction(id);
        let positive =
            |x: &Polynomial| self.is_definite(x) && x.0.values().all(|x| !x.is_negative());
        self.graph.facts(id).has(Facts::POSITIVE)
            || positive(&fraction.num) && fraction.den.keys().all(positive)
    }

    /// Whether a polynomial has terms of one sign that do not vanish together.
    fn is_definite(&self, polynomial: &Polynomial) -> bool {
        let has = |base: &ExprId, fact| self.graph.facts(*base).has(fact);
        let bounded = |base: &ExprId| {
            let map = self.graph.application(*base).map(|(kernel, _)| kernel);
            let root = matches!(map, Some(Kernel::Map(Map::Sqrt | Map::Abs | Map::Relu)));
            root || has(base, Facts::POSITIVE) || has(base, Facts::NONNEGATIVE)
        };
        let negative = polynomial.0.values().next().is_some_and(|x| x.is_negative());
        let of_sign = |(m, x): (&Monomial, &Number)| {
            x.is_negative() == negative
                && m.powers.iter().all(|(base, n)| n % 2 == 0 || bounded(base))
        };
        if !polynomial.0.iter().all(of_sign) {
            return false;
        }
        let never = |m: &Monomial| m.powers.keys().all(|base| self.is_never_zero(*base));
        // Roots of what differs by a number do not vanish together.
        let radicands: Vec<&Polynomial> = polynomial
            .0
            .keys()
            .filter_map(|m| m.powers.keys().find_map(|base| self.reader.roots.get(base)))
            .collect();
        let apart = |x: &Polynomial, y: &Polynomial| {
            let difference = x.plus(y, Number::MINUS_ONE).and_then(|x| x.number_of());
            difference.is_some_and(|x| !x.is_zero())
        };
        let several = radicands.len() == polynomial.0.len();
        polynomial.0.keys().any(never)
            || several && radicands.iter().any(|x| radicands.iter().any(|y| apart(x, y)))
    }
}

fn base_of(base: ExprId) -> Polynomial {
    let powers = std::collections::BTreeMap::from([(base, 1)]);
    Polynomial::term(Monomial { powers, ..Monomial::default() }, Number::ONE)
}

/// Whether a kernel has a value wherever its arguments have.
fn is_everywhere(kernel: Kernel) -> bool {
    match kernel {
        Kernel::Map(map) => {
            !matches!(map, Map::Tan | Map::Arcsin | Map::Arccos | Map::Log | Map::Log1p | Map::Sqrt)
        }
        Kernel::Add
        | Kernel::Sub
        | Kernel::Neg
        | Kernel::Scale
        | Kernel::MatMul
        | Kernel::Transpose
        | Kernel::Hadamard
        | Kernel::Max
        | Kernel::Min
        | Kernel::Above
        | Kernel::ArgMax
        | Kernel::Sum
        | Kernel::SumColumns
        | Kernel::SumRows
        | Kernel::Mean
        | Kernel::Trace
        | Kernel::DiagMatrix
        | Kernel::DiagVector
        | Kernel::HCat
        | Kernel::VCat
        | Kernel::Entry
        | Kernel::Eye
        | Kernel::Ones
        | Kernel::Zeros
        | Kernel::Unit
        | Kernel::LogSumExp
        | Kernel::Softmax
        | Kernel::Norm2 => true,
        _ => false,
    }
}
