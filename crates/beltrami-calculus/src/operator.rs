//! Derivatives as linear maps: what they do to a direction, and what their adjoints do to a cotangent.

use beltrami_core::{Closed, ExprId, Facts, Graph, Shape};
use beltrami_stop::Stop;
use smallvec::smallvec;

use crate::ambient::Ambient;
use crate::calculus::Calculus;
use crate::cost::cost;
use crate::error::{CalculusError, Result};
use crate::index::{Factor, Term};
use crate::raise::Target;
use crate::request::Symmetric;
use crate::rulebook::Rulebook;
use crate::singular::may_be_singular;

/// A derivative as a pair of formulas.
#[derive(Clone, Debug)]
pub struct Operator {
    /// The direction: a symbol of the shape of the last variable.
    pub direction: ExprId,
    /// The derivative applied to the direction: of the function's shape for first derivatives, of the first variable's shape
    /// for second derivatives of scalars.
    pub forward: ExprId,
    /// The cotangent, a symbol of the function's shape, and the adjoint applied to it, of the variable's shape; first
    /// derivatives only.
    pub adjoint: Option<(ExprId, ExprId)>,
}

/// The derivative by `by` in turn as a linear map in the last variable.
pub fn operator(
    graph: &mut Graph,
    rules: &Rulebook,
    root: ExprId,
    by: &[ExprId],
    symmetric: Symmetric,
    stop: &Stop,
    simplify: &mut dyn FnMut(&mut Graph, ExprId) -> ExprId,
) -> Result<Operator> {
    if by.len() > 2 || by.len() == 2 && !graph.shape(root).is_scalar() {
        return Err(CalculusError::NoForm(
            "operator form of this order: it exists for first derivatives, and for second ones of scalars",
        ));
    }
    if !graph.shape(root).is_matrix() {
        return Err(CalculusError::NoForm("operator form of a function with more than two axes"));
    }
    let last = by[by.len() - 1];
    let facts = graph.facts(last);
    // A direction keeps the linear structure of its variable, not definiteness or signs.
    let linear = match symmetric {
        Symmetric::Ambient => Facts::NONE,
        _ => facts.kept(Closed::Sums),
    };
    let name = format!("d{}", beltrami_name(graph, last));
    let direction = new_symbol(graph, &name, last, linear);
    let out = if by.len() == 1 { [0, 1] } else { [2, 3] };
    let image = graph.shape(if by.len() == 1 { root } else { by[0] }).clone();
    let ambient = Ambient::enter(graph, root, by, symmetric)?;
    let forward = shortest(graph, (rules, stop), &image, &ambient, simplify, &mut |calculus| {
        let terms = calculus.derivative(&ambient, symmetric, false)?;
        let place = 2 * by.len();
        let terms = calculus.contract(terms, direction, place);
        Ok((terms, Target::Matrix { rows: vec![out[0]], cols: vec![out[1]] }))
    })?;
    let adjoint = if by.len() == 1 {
        let cotangent = new_symbol(graph, "V", root, Facts::NONE);
        let domain = graph.shape(last).clone();
        let back = shortest(graph, (rules, stop), &domain, &ambient, simplify, &mut |calculus| {
            let terms = calculus.derivative(&ambient, symmetric, true)?;
            let terms = calculus.contract(terms, cotangent, 0);
            Ok((terms, Target::Matrix { rows: vec![0], cols: vec![1] }))
        })?;
        Some((cotangent, back))
    } else {
        None
    };
    Ok(Operator { direction, forward, adjoint })
}

fn beltrami_name(graph: &Graph, symbol: ExprId) -> String {
    match graph.node(symbol) {
        beltrami_core::Node::Symbol(name) => name.to_string(),
        _ => "x".into(),
    }
}

/// A symbol of the shape of `like` with this name, or the name with a number if it is taken.
fn new_symbol(graph: &mut Graph, name: &str, like: ExprId, facts: Facts) -> ExprId {
    let shape = graph.shape(like).clone();
    let free = (0..)
        .map(|k| if k == 0 { name.to_string() } else { format!("{name}{k}") })
        .find(|name| graph.find_symbol(name).is_none())
        .unwrap_or_default();
    graph.symbol(&free, shape, facts)
}

type Simplify<'a> = &'a mut dyn FnMut(&mut Graph, ExprId) -> ExprId;
type Terms<'a> = &'a mut dyn FnMut(&mut Calculus<'_>) -> Result<(Vec<Term>, Target)>;

fn shortest(
    graph: &mut Graph,
    (rules, stop): (&Rulebook, &Stop),
    shape: &Shape,
    ambient: &Ambient,
    simplify: Simplify<'_>,
    terms: Terms<'_>,
) -> Result<ExprId> {
    let mut best: Option<(u64, ExprId)> = None;
    let mut failure = None;
    for expand_sums in [false, true] {
        let mut calculus = Calculus::new(graph, rules).stopped_by(stop);
        calculus.expand_sums = expand_sums;
        match terms(&mut calculus)
            .and_then(|(terms, target)| calculus.assembled(terms, &target, shape))
        {
            Ok(expr) => {
                let expr = ambient.leave(graph, expr)?;
                let expr = simplify(graph, expr);
                let price = cost(graph, expr);
                if best.is_none_or(|(least, _)| price < least) {
                    best = Some((price, expr));
                }
            }
            Err(CalculusError::Stopped) => return Err(CalculusError::Stopped),
            Err(error) => failure = Some(error),
        }
        stop.check()?;
    }
    match (best, failure) {
        (Some((_, expr)), _) => Ok(expr),
        (None, Some(error)) => Err(error),
        (None, None) => Err(CalculusError::NoForm("an operator form")),
    }
}

impl Calculus<'_> {
    fn derivative(
        &mut self,
        ambient: &Ambient,
        symmetric: Symmetric,
        last: bool,
    ) -> Result<Vec<Term>> {
        let Ambient { root, by, .. } = ambient;
        self.singular = may_be_singular(self.graph, *root);
        let mut terms = vec![self.term_of(*root)];
        let expand = std::mem::take(&mut self.expand_sums);
        for (order, symbol) in by.iter().enumerate() {
            self.expand_sums = expand && order + 1 == by.len();
            terms = self.differentiate(&terms, *symbol)?;
            // The direction itself lies in the variable's structure: only what is handed out is projected.
            if last || order + 1 < by.len() {
                terms = self.project(terms, *symbol, symmetric)?;
            }
            terms = self.normalise(terms)?;
        }
        Ok(terms)
    }

    /// Sums the two output axes at `place` against the entries of a symbol.
    fn contract(&mut self, terms: Vec<Term>, symbol: ExprId, place: usize) -> Vec<Term> {
        terms
            .into_iter()
            .map(|mut term| {
                let legs: Vec<_> = term.out.drain(place..place + 2).collect();
                for idx in legs.iter().flatten() {
                    if !term.is_free(*idx) && !term.sums.contains(idx) {
                        term.sums.push(*idx);
                    }
                }
                term.factors.push(Factor::new(symbol, smallvec![legs[0].clone(), legs[1].clone()]));
                term
            })
            .collect()
    }

    fn assembled(&mut self, terms: Vec<Term>, target: &Target, shape: &Shape) -> Result<ExprId> {
        let mut expanded = Vec::new();
        for term in terms {
            expanded.extend(self.expand(term)?);
        }
        let terms = self.normalise(expanded)?;
        let mut raised = Vec::new();
        for term in &terms {
            raised.push(self.raise(term, target)?);
        }
        self.sum(raised, shape)
    }
}
