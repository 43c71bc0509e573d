//! A large objective, evaluated matrix by matrix from its symbolic derivatives.

use std::collections::BTreeMap;

use beltrami_calculus::{Form, Layout, Symmetric};
use beltrami_core::{ExprId, Facts, Graph, Kernel};
use beltrami_diag::{Diagnostic, codes};
use beltrami_elab::Variable;
use beltrami_exec::{Tensor, evaluate_many};
use beltrami_linalg::Matrix;
use beltrami_solve::minimize::{Hessian, Objective, Offer, Structure, Undefined};

use super::MinimizeOptions;
use super::scalar_objective::residuals;
use super::unknown::{Unknown, Unknowns};
use crate::derivation::{Derivation, DeriveOptions};
use crate::sample::Point;
use crate::session::{Failure, Loaded, Session};

/// Value, gradient, Hessian or products with it, each a checked derivative.
pub(super) struct MatrixObjective {
    unknowns: Unknowns,
    sizes: BTreeMap<String, i64>,
    values: BTreeMap<String, Tensor<f64>>,
    /// The value and the gradient by each unknown.
    first: Formulas,
    /// The blocks of the Hessian on and below the diagonal.
    second: Option<Blocks>,
    /// The product of the Hessian with a direction, by each unknown.
    product: Option<Formulas>,
    /// The residuals, and their derivatives by each unknown.
    squares: Option<Squares>,
    /// The largest relative difference that the checks met.
    pub checked: f64,
}

/// Expressions that are evaluated together.
struct Formulas {
    graph: Graph,
    roots: Vec<ExprId>,
}

struct Blocks {
    formulas: Formulas,
    /// Row and column of each block, counted in unknowns.
    places: Vec<(usize, usize)>,
    constant: bool,
    known: Option<Matrix>,
}

struct Squares {
    residuals: Formulas,
    /// Residual by residual the derivatives by all unknowns.
    jacobian: Formulas,
    /// The root of the weight of each residual, and its length.
    terms: Vec<(f64, usize)>,
    offset: f64,
}

/// More unknowns than these have no dense Hessian.
const MOST_DENSE: usize = 1500;
/// The most entries of a Jacobian of residuals.
const MOST_JACOBIAN: usize = 5_000_000;

impl MatrixObjective {
    /// Derives what methods ask for.
    ///
    /// # Errors
    /// Those of the derivatives, the gradient's first.
    pub fn new(
        session: &Session,
        loaded: &Loaded,
        point: &Point,
        unknowns: &Unknowns,
        options: &MinimizeOptions,
    ) -> Result<MatrixObjective, Failure> {
        let mut checked = 0.0_f64;
        let mut derive = |loaded: &Loaded, by: &[ExprId], form: Form| -> Result<_, Failure> {
            let layout = if form == Form::Matrix { Layout::Denominator } else { Layout::Numerator };
            let options = DeriveOptions {
                layout,
                form,
                symmetric: Symmetric::default(),
                seed: options.seed,
                ..DeriveOptions::default()
            };
            let derivation = session.derive_by(loaded, by.to_vec(), &options)?;
            checked = checked.max(derivation.checked.max_rel_error);
            Ok(derivation)
        };
        let mut first = Formulas::of(loaded, &[loaded.program.root]);
        for unknown in &unknowns.all {
            first.push(loaded, &derive(loaded, &[unknown.id], Form::Matrix)?)?;
        }
        let n = unknowns.len();
        let second = if n <= MOST_DENSE {
            let mut formulas = Formulas::of(loaded, &[]);
            let mut places = Vec::new();
            for (i, row) in unknowns.all.iter().enumerate() {
                for (j, column) in unknowns.all[..=i].iter().enumerate() {
                    let block = derive(loaded, &[row.id, column.id], Form::Kron)?;
                    formulas.push(loaded, &block)?;
                    places.push((i, j));
                }
            }
            let constant = !formulas
                .roots
                .iter()
                .any(|root| unknowns.all.iter().any(|u| formulas.depends_on(*root, &u.name)));
            Some(Blocks { formulas, places, constant, known: None })
        } else {
            None
        };
        let product = if second.is_none() {
            let slope = along(loaded, unknowns, &first)?;
            let mut formulas = Formulas { graph: slope.program.graph.clone(), roots: Vec::new() };
            for unknown in &unknowns.all {
                let id = slope.program.graph.find_symbol(&unknown.name).unwrap_or(unknown.id);
                formulas.push(loaded, &derive(&slope, &[id], Form::Matrix)?)?;
            }
            Some(formulas)
        } else {
            None
        };
        let mut objective = MatrixObjective {
            unknowns: unknowns.clone(),
            sizes: point.sizes.clone(),
            values: point.values.clone(),
            first,
            second,
            product,
            squares: None,
            checked: 0.0,
        };
        objective.squares = objective.squares(loaded, point, &mut derive)?;
        objective.checked = checked;
        Ok(objective)
    }

    fn squares(
        &self,
        loaded: &Loaded,
        point: &Point,
        derive: &mut dyn FnMut(&Loaded, &[ExprId], Form) -> Result<Derivation, Failure>,
    ) -> Result<Option<Squares>, Failure> {
        let Some(found) = residuals(loaded, point, &self.unknowns) else { return Ok(None) };
        let graph = &loaded.program.graph;
        let size = |id: ExprId| {
            graph.shape(id).len().evaluate(&|name| self.sizes.get(name).copied()).unwrap_or(0)
                as usize
        };
        let terms: Vec<(f64, usize)> =
            found.terms.iter().map(|(weight, id)| (weight.sqrt(), size(*id))).collect();
        let count: usize = terms.iter().map(|(_, length)| length).sum();
        if count.saturating_mul(self.unknowns.len()) > MOST_JACOBIAN {
            return Ok(None);
        }
        let ids: Vec<ExprId> = found.terms.iter().map(|(_, id)| *id).collect();
        let mut jacobian = Formulas::of(loaded, &[]);
        for id in &ids {
            let part = rooted(loaded, loaded.program.graph.clone(), *id);
            for unknown in &self.unknowns.all {
                jacobian.push(loaded, &derive(&part, &[unknown.id], Form::Kron)?)?;
            }
        }
        Ok(Some(Squares {
            residuals: Formulas::of(loaded, &ids),
            jacobian,
            terms,
            offset: found.offset,
        }))
    }

    fn evaluate(
        &self,
        formulas: &Formulas,
        x: &[f64],
        direction: Option<&[f64]>,
    ) -> Result<Vec<Tensor<f64>>, Undefined> {
        if let Some(reason) = self.unknowns.outside(x) {
            return Err(Undefined { reason });
        }
        let size = |name: &str| self.sizes.get(name).copied();
        let symbol = |name: &str| {
            for unknown in &self.unknowns.all {
                if unknown.name == name {
                    return Some(self.unknowns.tensor(unknown, x));
                }
                if let Some(direction) = direction.filter(|_| direction_of(&unknown.name) == name) {
                    return Some(self.unknowns.tensor(unknown, direction));
                }
            }
            self.values.get(name).cloned()
        };
        evaluate_many(&formulas.graph, &formulas.roots, &size, &symbol)
            .map_err(|error| Undefined { reason: error.to_string() })
    }

    fn gather(&self, parts: &[Tensor<f64>], out: &mut [f64]) {
        for (unknown, part) in self.unknowns.all.iter().zip(parts) {
            out[unknown.offset..unknown.offset + unknown.len()].copy_from_slice(part.data());
        }
    }
}

impl Objective for MatrixObjective {
    fn variables(&self) -> usize {
        self.unknowns.len()
    }

    fn offer(&self) -> Offer {
        Offer {
            hessian: self.second.as_ref().map(|_| Structure::Dense),
            constant_hessian: self.second.as_ref().is_some_and(|blocks| blocks.constant),
            product: true,
            residuals: self
                .squares
                .as_ref()
                .map(|squares| squares.terms.iter().map(|(_, length)| length).sum()),
        }
    }

    fn value(&mut self, x: &[f64]) -> Result<f64, Undefined> {
        let value =
            Formulas { graph: self.first.graph.clone(), roots: self.first.roots[..1].to_vec() };
        Ok(self.evaluate(&value, x, None)?[0].data()[0])
    }

    fn gradient(&mut self, x: &[f64], gradient: &mut [f64]) -> Result<f64, Undefined> {
        let parts = self.evaluate(&self.first, x, None)?;
        self.gather(&parts[1..], gradient);
        Ok(parts[0].data()[0])
    }

    fn hessian(&mut self, x: &[f64]) -> Result<Hessian, Undefined> {
        let Some(blocks) = &self.second else {
            return Err(Undefined { reason: "no Hessian is offered".into() });
        };
        if let Some(known) = &blocks.known {
            return Ok(Hessian::Dense(known.clone()));
        }
        let parts = self.evaluate(&blocks.formulas, x, None)?;
        let n = self.unknowns.len();
        let mut dense = Matrix::zeros(n, n);
        for ((i, j), part) in blocks.places.iter().zip(&parts) {
            let (row, column) = (&self.unknowns.all[*i], &self.unknowns.all[*j]);
            for (place, entry) in part.data().iter().enumerate() {
                let at = row.offset + stacked(row, place / column.len());
                let by = column.offset + stacked(column, place % column.len());
                dense[(at, by)] = *entry;
                dense[(by, at)] = *entry;
            }
        }
        let constant = blocks.constant;
        if let Some(blocks) = self.second.as_mut().filter(|_| constant) {
            blocks.known = Some(dense.clone());
        }
        Ok(Hessian::Dense(dense))
    }

    fn product(
        &mut self,
        x: &[f64],
        direction: &[f64],
        product: &mut [f64],
    ) -> Result<(), Undefined> {
        match &self.product {
            Some(formulas) => {
                let parts = self.evaluate(formulas, x, Some(direction))?;
                self.gather(&parts, product);
            }
            None => product.copy_from_slice(&self.hessian(x)?.times(direction)),
        }
        Ok(())
    }

    fn residuals(&mut self, x: &[f64], residuals: &mut [f64]) -> Result<(), Undefined> {
        let Some(squares) = &self.squares else {
            return Err(Undefined { reason: "no residuals are offered".into() });
        };
        let parts = self.evaluate(&squares.residuals, x, None)?;
        let mut at = 0;
        for (part, (root, length)) in parts.iter().zip(&squares.terms) {
            let scaled = part.stacked().map(|r| root * r);
            residuals[at..at + length].copy_from_slice(scaled.data());
            at += length;
        }
        Ok(())
    }

    fn jacobian(&mut self, x: &[f64]) -> Result<Matrix, Undefined> {
        let Some(squares) = &self.squares else {
            return Err(Undefined { reason: "no residuals are offered".into() });
        };
        let parts = self.evaluate(&squares.jacobian, x, None)?;
        let count: usize = squares.terms.iter().map(|(_, length)| length).sum();
        let mut jacobian = Matrix::zeros(count, self.unknowns.len());
        let mut parts = parts.iter();
        let mut top = 0;
        for (root, length) in &squares.terms {
            for (unknown, part) in self.unknowns.all.iter().zip(&mut parts) {
                for (place, entry) in part.data().iter().enumerate() {
                    let column = unknown.offset + stacked(unknown, place % unknown.len());
                    jacobian[(top + place / unknown.len(), column)] = root * entry;
                }
            }
            top += length;
        }
        Ok(jacobian)
    }

    fn offset(&self) -> f64 {
        self.squares.as_ref().map_or(0.0, |squares| squares.offset)
    }
}

impl Formulas {
    fn of(loaded: &Loaded, roots: &[ExprId]) -> Formulas {
        Formulas { graph: loaded.program.graph.clone(), roots: roots.to_vec() }
    }

    /// Adds a derivative, whose graph is another.
    fn push(&mut self, loaded: &Loaded, derivation: &Derivation) -> Result<(), Failure> {
        let root = self.graph.import(&derivation.graph, derivation.derived.expr);
        self.roots.push(root.map_err(|error| unfit(loaded, &error))?);
        Ok(())
    }

    fn depends_on(&self, root: ExprId, name: &str) -> bool {
        self.graph.find_symbol(name).is_some_and(|symbol| self.graph.depends_on(root, symbol))
    }
}

/// The place, row by row, of an entry that stands at this place column by column.
fn stacked(unknown: &Unknown, place: usize) -> usize {
    (place % unknown.rows) * unknown.cols + place / unknown.rows
}

/// The name of the direction in which an unknown moves; no name of the language has a space.
fn direction_of(name: &str) -> String {
    format!("direction {name}")
}

/// The slope along a direction, as a program with the directions as further names.
fn along(loaded: &Loaded, unknowns: &Unknowns, first: &Formulas) -> Result<Loaded, Failure> {
    let mut graph = first.graph.clone();
    let mut directions: Vec<Variable> = Vec::new();
    let mut sum: Option<ExprId> = None;
    for (unknown, gradient) in unknowns.all.iter().zip(&first.roots[1..]) {
        let name = direction_of(&unknown.name);
        let direction = graph.symbol(&name, graph.shape(unknown.id).clone(), Facts::NONE);
        let term = graph
            .build(Kernel::Hadamard, &[*gradient, direction])
            .and_then(|product| graph.build(Kernel::Sum, &[product]))
            .and_then(|term| match sum {
                Some(sum) => graph.add(sum, term),
                None => Ok(term),
            });
        sum = Some(term.map_err(|error| unfit(loaded, &error))?);
        let known = loaded.program.variables.iter().find(|v| v.id == unknown.id);
        directions.extend(known.map(|known| Variable {
            name,
            id: direction,
            range: None,
            declared: None,
            ..known.clone()
        }));
    }
    let mut slope = rooted(loaded, graph, sum.unwrap_or(loaded.program.root));
    slope.program.variables.extend(directions);
    Ok(slope)
}

/// The same program with another result.
fn rooted(loaded: &Loaded, graph: Graph, root: ExprId) -> Loaded {
    let mut program = loaded.program.clone();
    program.graph = graph;
    program.root = root;
    Loaded { program, sources: loaded.sources.clone(), source: loaded.source }
}

fn unfit(loaded: &Loaded, error: &beltrami_core::ShapeError) -> Failure {
    let diagnostic = Diagnostic::error(
        &codes::E0501,
        format!("a derivative does not fit the objective: {error:?}"),
    )
    .hint("this is a defect: please report the command you ran");
    Failure { diagnostics: vec![diagnostic], sources: loaded.sources.clone(), computed: true }
}
