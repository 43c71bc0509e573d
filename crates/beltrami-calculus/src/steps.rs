//! Derivations for a reader: a differential worked out line by line, each line by one named rule.
//!
//! A line is an expression in which the differential `d(e)` of a subexpression still to be worked out is a placeholder, a
//! symbol of its own. Every line but the function itself has the same value for every direction of the variable; that is
//! what a test replays.

use std::collections::BTreeMap;

use beltrami_core::{Differential, ExprId, Facts, Graph, Kernel, Node, OpId, Structure};

use crate::derive::derive;
use crate::error::{CalculusError, Excess, Result};
use crate::request::{Form, Layout, Request, Symmetric};
use crate::rulebook::Rulebook;
use crate::simplify::Bounds;
use beltrami_stop::Stop;

/// Lines after which several differentials are worked out at once; a person reads no more.
const MOST_LINES: usize = 36;
/// Differentials that are worked out at all.
const MOST_EXPANSIONS: usize = 4000;
/// Names of placeholders are single characters from here on: a plane of Unicode for private use, so that no declared name
/// is like them and printers show them as they are.
const FIRST_NAME: u32 = 0xF_0000;

// A line names the file that has its rule: the record of an operation, or the pass.
const SIMPLIFY: &str = "simplify (simplify.rs)";
const COLLECT: &str = "collect (derive.rs)";
const PROJECTION: &str = "structure.rs";

/// What a line states the value of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The function, `f`.
    Function,
    /// Its differential, `df`.
    Differential,
    /// Its differential as a column, `vec(dF)`.
    Vectorised,
    /// Its derivative, `Df`.
    Derivative,
}

/// A line of a derivation.
#[derive(Clone, Debug)]
pub struct Line {
    /// What is stated.
    pub side: Side,
    /// The rule that leads from the line above to this one, and the file that has it.
    pub rule: String,
    /// The expression, with placeholders.
    pub expr: ExprId,
}

/// The derivation of one differential.
#[derive(Clone, Debug)]
pub struct Steps {
    /// The function.
    pub root: ExprId,
    /// The variable.
    pub symbol: ExprId,
    /// The lines in order.
    pub lines: Vec<Line>,
    /// The subexpression that each placeholder is the differential of.
    pub placeholders: BTreeMap<ExprId, ExprId>,
}

/// The lines from `root` to its differential as a linear form in the differential of `symbol`.
///
/// # Errors
/// [`CalculusError`] when an operation has no differential, or the derivation is too long to be written down.
pub fn steps(
    graph: &mut Graph,
    rules: &Rulebook,
    root: ExprId,
    symbol: ExprId,
    convention: Symmetric,
) -> Result<Steps> {
    let mut writer = Writer { graph, rules, symbol, placeholders: BTreeMap::new() };
    let mut lines = vec![Line { side: Side::Function, rule: "given".into(), expr: root }];
    lines.extend(writer.expansion(root)?);
    writer.conclude(root, convention, &mut lines)?;
    let placeholders = writer.placeholders;
    Ok(Steps { root, symbol, lines, placeholders })
}

struct Writer<'a> {
    graph: &'a mut Graph,
    rules: &'a Rulebook,
    symbol: ExprId,
    placeholders: BTreeMap<ExprId, ExprId>,
}

impl Writer<'_> {
    /// From `d(root)` to an expression in the differential of the variable alone.
    fn expansion(&mut self, root: ExprId) -> Result<Vec<Line>> {
        let line =
            |rule: &str, expr| Line { side: Side::Differential, rule: rule.to_string(), expr };
        let mut expr = self.placeholder(root)?;
        let first = line("definition", expr);
        if !self.graph.depends_on(root, self.symbol) {
            let shape = self.graph.shape(root).clone();
            let zero = self.graph.zeros(&shape)?;
            return Ok(vec![first, line("constant", zero)]);
        }
        let mut lines = Vec::new();
        while let Some(hole) = self.next(expr) {
            if lines.len() > MOST_EXPANSIONS {
                return Err(CalculusError::TooLarge(Excess::Terms(MOST_EXPANSIONS)));
            }
            let (rule, by) = self.differential(self.placeholders[&hole])?;
            expr = self.replaced(expr, hole, by)?;
            lines.push(line(&rule, expr));
        }
        let mut all = vec![first];
        all.extend(condensed(lines));
        Ok(all)
    }

    /// The linear form: simplified, collected in the differential of the variable, projected to its structure.
    fn conclude(
        &mut self,
        root: ExprId,
        convention: Symmetric,
        lines: &mut Vec<Line>,
    ) -> Result<()> {
        let Some(last) = lines.last().map(|line| line.expr) else { return Ok(()) };
        if !self.graph.depends_on(root, self.symbol) {
            return Ok(());
        }
        let shorter = self.simplified(last);
        if shorter != last {
            lines.push(Line { side: Side::Differential, rule: SIMPLIFY.into(), expr: shorter });
        }
        if self.graph.is_zero(shorter) {
            return Ok(());
        }
        // Not every derivative of a derivative has a form in which it can be collected; the lines so far stand without.
        let Ok(collected) = self.collected(root, Symmetric::Ambient) else { return Ok(()) };
        if (collected.0, collected.1) != (Side::Differential, shorter) {
            lines.push(Line { side: collected.0, rule: COLLECT.into(), expr: collected.1 });
        }
        if let Some(text) = self.projection(convention) {
            let rule = format!("projection: {text} ({PROJECTION})");
            let (side, expr) = match convention {
                Symmetric::Free => (Side::Derivative, self.derivative(root, convention)?),
                _ => self.collected(root, convention)?,
            };
            lines.push(Line { side, rule, expr });
        }
        Ok(())
    }

    /// The symbol that stands for `d(e)`.
    fn placeholder(&mut self, e: ExprId) -> Result<ExprId> {
        let name = u32::try_from(e.index())
            .ok()
            .and_then(|place| FIRST_NAME.checked_add(place))
            .and_then(char::from_u32);
        let name = name.ok_or(CalculusError::NoForm("a derivation of this length"))?;
        let shape = self.graph.shape(e).clone();
        let hole = self.graph.symbol(&name.to_string(), shape, Facts::NONE);
        self.placeholders.insert(hole, e);
        Ok(hole)
    }

    /// The leftmost of the outermost differentials still to be worked out.
    ///
    /// One whose subexpression is part of another's waits for it, so that each is worked out once.
    fn next(&self, expr: ExprId) -> Option<ExprId> {
        let mut pending: Vec<(ExprId, ExprId)> = Vec::new();
        let mut order = vec![expr];
        let mut seen = vec![false; expr.index() + 1];
        while let Some(id) = order.pop() {
            if std::mem::replace(&mut seen[id.index()], true) {
                continue;
            }
            if let Some(e) = self.placeholders.get(&id).filter(|e| **e != self.symbol) {
                pending.push((id, *e));
            }
            order.extend(self.graph.args(id).iter().rev());
        }
        let outer: Vec<ExprId> = pending.iter().map(|(_, e)| *e).collect();
        let inside =
            |e: ExprId| outer.iter().any(|other| *other != e && self.graph.depends_on(*other, e));
        pending.into_iter().find(|(_, e)| !inside(*e)).map(|(hole, _)| hole)
    }

    /// The differential of an application in the placeholders of its arguments, and the rule it is by.
    fn differential(&mut self, e: ExprId) -> Result<(String, ExprId)> {
        let Node::Apply(op, args) = self.graph.node(e).clone() else {
            return Err(CalculusError::NotAvailable(e));
        };
        let mut holes = Vec::new();
        for arg in &args {
            let varies = self.graph.depends_on(*arg, self.symbol);
            holes.push(if varies { Some(self.placeholder(*arg)?) } else { None });
        }
        let record = self.graph.op(op);
        let rule = rule_name(record.kernel, record.name, &record.differential, &holes);
        let rule = format!("{rule} ({})", self.graph.registry().entry(op).file);
        if let (Kernel::Expm, [arg]) = (record.kernel, &args[..])
            && self.graph.args_of(*arg, Kernel::Scale).is_some()
        {
            // The exponential of a multiple of a matrix commutes with that matrix, so its record wants to see the multiple.
            holes[0] = Some(self.differential(*arg)?.1);
        }
        Ok((rule, self.by_record(e, op, &args, &holes)?))
    }

    fn by_record(
        &mut self,
        e: ExprId,
        op: OpId,
        args: &[ExprId],
        holes: &[Option<ExprId>],
    ) -> Result<ExprId> {
        match self.graph.op(op).differential {
            Differential::Constant => {
                let shape = self.graph.shape(e).clone();
                Ok(self.graph.zeros(&shape)?)
            }
            Differential::None => Err(CalculusError::NotAvailable(e)),
            Differential::Build(build) => {
                build(self.graph, args, holes).ok_or(CalculusError::NotAvailable(e))
            }
            Differential::Text(_) => {
                let template = self.rules.theory.differential(op);
                let template = template.ok_or(CalculusError::NotAvailable(e))?;
                Ok(template.instantiate(self.graph, args, holes)?)
            }
        }
    }

    /// The expression with `by` in place of a placeholder, trivial parts dropped on the way.
    fn replaced(&mut self, expr: ExprId, hole: ExprId, by: ExprId) -> Result<ExprId> {
        let mut copies: BTreeMap<ExprId, ExprId> = BTreeMap::from([(hole, by)]);
        for id in self.graph.reachable(expr) {
            let Node::Apply(op, args) = self.graph.node(id).clone() else { continue };
            let changed: Vec<ExprId> =
                args.iter().filter_map(|arg| copies.get(arg).copied()).collect();
            if changed.is_empty() {
                continue;
            }
            // What is linear in a differential that vanishes vanishes; of a sum only that summand.
            let sum = matches!(self.graph.op(op).kernel, Kernel::Add | Kernel::Sub);
            let copy = if !sum && changed.iter().all(|arg| self.graph.is_zero(*arg)) {
                let shape = self.graph.shape(id).clone();
                self.graph.zeros(&shape)?
            } else {
                let args: Vec<ExprId> =
                    args.iter().map(|arg| copies.get(arg).copied().unwrap_or(*arg)).collect();
                self.graph.build_op(op, &args)?
            };
            copies.insert(id, copy);
        }
        Ok(copies.get(&expr).copied().unwrap_or(expr))
    }

    fn simplified(&mut self, expr: ExprId) -> ExprId {
        self.rules.simplifier.simplify(self.graph, expr, Bounds::default())
    }

    fn derivative(&mut self, root: ExprId, symmetric: Symmetric) -> Result<ExprId> {
        let request = Request {
            root,
            shorten: false,
            by: vec![self.symbol],
            layout: Layout::Numerator,
            form: Form::Matrix,
            symmetric,
            stop: Stop::default(),
        };
        let simplifier = &self.rules.simplifier;
        let found = derive(self.graph, self.rules, &request, &mut |graph, expr| {
            simplifier.simplify(graph, expr, Bounds::default())
        })?;
        Ok(found.expr)
    }

    /// The derivative applied to the differential of the variable.
    fn collected(&mut self, root: ExprId, symmetric: Symmetric) -> Result<(Side, ExprId)> {
        let derivative = self.derivative(root, symmetric)?;
        let step = self.placeholder(self.symbol)?;
        let (value, variable) = (self.graph.shape(root).clone(), self.graph.shape(step).clone());
        let graph = &mut *self.graph;
        if variable.is_scalar() {
            return Ok((Side::Differential, graph.mul(derivative, step)?));
        }
        if value.is_scalar() {
            let form = if variable.rows.is_one() {
                graph.mul(step, derivative)?
            } else {
                graph.mul(derivative, step)?
            };
            return Ok((Side::Differential, graph.build(Kernel::Trace, &[form])?));
        }
        let column = graph.build(Kernel::Vec, &[step])?;
        let side = if value.cols.is_one() { Side::Differential } else { Side::Vectorised };
        Ok((side, graph.mul(derivative, column)?))
    }

    /// The convention for the variable's structure in words; `None` when it has none or it is ignored.
    fn projection(&self, convention: Symmetric) -> Option<&'static str> {
        let facts = self.graph.facts(self.symbol);
        if convention == Symmetric::Ambient || self.graph.shape(self.symbol).is_scalar() {
            return None;
        }
        let structure = Structure::of(facts)?;
        Some(match convention {
            Symmetric::Free => structure.free_gradient.unwrap_or(structure.gradient),
            _ => structure.gradient,
        })
    }
}

/// Few enough lines: of every so many in a row the last, under the names of all their rules.
fn condensed(lines: Vec<Line>) -> Vec<Line> {
    let together = lines.len().div_ceil(MOST_LINES).max(1);
    let merge = |group: &[Line]| {
        let mut names: Vec<&str> = Vec::new();
        for line in group {
            if !names.contains(&line.rule.as_str()) {
                names.push(&line.rule);
            }
        }
        group.last().map(|last| Line { rule: names.join(", "), ..last.clone() })
    };
    lines.chunks(together).filter_map(merge).collect()
}

/// The name of the rule that a differential is by: the classical one where there is one.
fn rule_name(
    kernel: Kernel,
    name: &str,
    differential: &Differential,
    holes: &[Option<ExprId>],
) -> String {
    let varies = |place: usize| holes.get(place).is_some_and(Option::is_some);
    let several = holes.iter().flatten().count() > 1;
    let classical = match kernel {
        _ if matches!(differential, Differential::Constant) => "locally-constant",
        Kernel::Map(_) | Kernel::Composed(_) => "chain-rule",
        Kernel::Add | Kernel::Sub | Kernel::Neg => "sum-rule",
        Kernel::Divide | Kernel::EDivide if varies(1) => "quotient-rule",
        Kernel::Scale
        | Kernel::MatMul
        | Kernel::Hadamard
        | Kernel::Kron
        | Kernel::KhatriRao
        | Kernel::Einsum
            if several =>
        {
            "product-rule"
        }
        Kernel::Scale
        | Kernel::MatMul
        | Kernel::Hadamard
        | Kernel::Kron
        | Kernel::KhatriRao
        | Kernel::Einsum
        | Kernel::Divide
        | Kernel::EDivide => "constant-multiple",
        Kernel::Power | Kernel::EPower | Kernel::MatPower => "power-rule",
        Kernel::Transpose => "transpose-rule",
        Kernel::Trace
        | Kernel::Sum
        | Kernel::SumRows
        | Kernel::SumColumns
        | Kernel::Mean
        | Kernel::Vec
        | Kernel::Unvec
        | Kernel::DiagMatrix
        | Kernel::DiagVector
        | Kernel::HCat
        | Kernel::VCat
        | Kernel::Entry => "linearity",
        _ => return format!("{name}-differential"),
    };
    classical.to_string()
}
