//! A large objective, evaluated matrix by matrix from its symbolic derivatives.

use std::rc::Rc;

use beltrami_calculus::{Form, Layout, Symmetric};
use beltrami_core::{ExprId, Facts, Graph, Kernel};
use beltrami_elab::Variable;
use beltrami_linalg::Matrix;
use beltrami_solve::minimize::{
    Divisor, Hessian, Kronecker, Objective, Offer, Structure, Undefined,
};

use super::convexity::Floor;
use super::factors::Factors;
use super::formulas::{Formulas, Names, Warnings, direction_of, unfit};
use super::parts::Parts;
use super::scalar_objective::residuals;
use super::unknown::{Unknown, Unknowns};
use crate::derivation::{Derivation, DeriveOptions};
use crate::sample::Point;
use crate::session::{Loaded, Session};
use beltrami_diag::Error;

/// Value, gradient, Hessian or products with it, each a checked derivative.
pub(super) struct MatrixObjective {
    names: Names,
    value: Formulas,
    /// The value and the gradient by each unknown.
    first: Formulas,
    /// The blocks of the Hessian on and below the diagonal.
    second: Option<Blocks>,
    /// The product of the Hessian with a direction, by each unknown.
    product: Option<Formulas>,
    /// The parts of the Hessian by one unknown alone.
    kronecker: Option<Diagonal>,
    /// The same parts where they have another structure.
    parts: Option<Parts>,
    /// The residuals, and their derivatives by each unknown.
    squares: Option<Squares>,
    /// A number that no curvature is below, where one above 0 is known.
    convexity: Option<f64>,
    /// How many gradients take the work of a Hessian.
    hessian_gradients: usize,
    /// The largest relative difference that the checks met.
    pub checked: f64,
}

struct Blocks {
    formulas: Formulas,
    /// Row and column of each block, counted in unknowns.
    places: Vec<(usize, usize)>,
    constant: bool,
    known: Option<Matrix>,
    floor: Option<Floor>,
}

/// The parts of the Hessian by one unknown alone, where they are Kronecker products.
struct Diagonal {
    formulas: Formulas,
    blocks: Vec<Factors>,
}

struct Squares {
    residuals: Formulas,
    /// Residual by residual the derivatives by all unknowns.
    jacobian: Formulas,
    /// The root of the weight of each residual, and its length.
    terms: Vec<(f64, usize)>,
    offset: f64,
}

/// A derivative of a program by names in turn, checked.
type Derive<'a> = &'a mut dyn FnMut(&Loaded, &[ExprId], Form) -> Result<Derivation, Error>;

/// More names than these have products with the Hessian instead of its blocks, of which there is one a pair.
const MOST_NAMES: usize = 10;
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
        point: &Rc<Point>,
        unknowns: &Unknowns,
        seed: u64,
    ) -> Result<MatrixObjective, Error> {
        let mut checked = 0.0_f64;
        let mut derive = deriving(session, seed, point, &mut checked);
        let first = gradient(loaded, unknowns, &mut derive)?;
        let names = Names::new(unknowns, point);
        let n = unknowns.len();
        // An objective that has no second derivative still has a minimum.
        let few = n <= MOST_DENSE && unknowns.all.len() <= MOST_NAMES;
        let second = if few { Blocks::new(loaded, &names, &mut derive).ok() } else { None };
        let product = match second {
            Some(_) => None,
            None => products(loaded, unknowns, &first, &mut derive).ok(),
        };
        let diagonal = match product {
            Some(_) if unknowns.all.len() <= MOST_NAMES => {
                let block = |u: &Unknown| derive(loaded, &[u.id, u.id], Form::Kron).ok();
                unknowns.all.iter().map(block).collect::<Option<Vec<Derivation>>>()
            }
            _ => None,
        };
        let kronecker = diagonal.as_ref().and_then(|blocks| Diagonal::new(loaded, blocks));
        let parts = diagonal.filter(|_| kronecker.is_none());
        let parts = parts.and_then(|blocks| Parts::of(&blocks, &names));
        let mut objective = MatrixObjective {
            convexity: None,
            hessian_gradients: 0,
            names,
            value: Formulas::of(loaded, &[loaded.program.root]),
            first,
            second,
            product,
            kronecker,
            parts,
            squares: None,
            checked: 0.0,
        };
        objective.squares = objective.squares(loaded, point, &mut derive).ok().flatten();
        drop(derive);
        objective.checked = checked;
        objective.convexity = objective.convexity();
        objective.hessian_gradients = objective.hessian_gradients();
        Ok(objective)
    }

    fn convexity(&mut self) -> Option<f64> {
        self.second.as_mut()?.floor.as_mut()?.value(&self.names)
    }

    /// How many gradients take the work of a Hessian, as plans count it: an operation for as much as a byte.
    fn hessian_gradients(&mut self) -> usize {
        let Some(second) = &mut self.second else { return 0 };
        for formulas in [&mut self.first, &mut second.formulas] {
            // What has no plan fails where it is run.
            if self.names.compile(formulas).is_err() {
                return 0;
            }
        }
        let work =
            |formulas: &Formulas| formulas.work().map_or(0.0, |(flops, bytes)| flops + bytes);
        (work(&second.formulas) / work(&self.first).max(1.0)) as usize
    }

    /// The gradient, the whole Hessian and products with it by a formula of their own, whatever the sizes.
    ///
    /// # Errors
    /// Those of the derivatives.
    pub fn with_both(
        session: &Session,
        loaded: &Loaded,
        point: &Rc<Point>,
        unknowns: &Unknowns,
        seed: u64,
    ) -> Result<MatrixObjective, Error> {
        let mut checked = 0.0_f64;
        let mut derive = deriving(session, seed, point, &mut checked);
        let first = gradient(loaded, unknowns, &mut derive)?;
        let names = Names::new(unknowns, point);
        let second = Some(Blocks::new(loaded, &names, &mut derive)?);
        let product = Some(products(loaded, unknowns, &first, &mut derive)?);
        drop(derive);
        Ok(MatrixObjective {
            convexity: None,
            hessian_gradients: 0,
            names,
            value: Formulas::of(loaded, &[loaded.program.root]),
            first,
            second,
            product,
            kronecker: None,
            parts: None,
            squares: None,
            checked,
        })
    }

    /// Moves to other sizes, where nothing is computed once and for all.
    pub fn moved(&mut self, unknowns: &Unknowns, point: &Rc<Point>) {
        self.names = Names { constant: Vec::new(), ..Names::new(unknowns, point) };
        let second = self.second.as_mut().map(|blocks| {
            blocks.known = None;
            &mut blocks.formulas
        });
        let formulas =
            [Some(&mut self.value), Some(&mut self.first), second, self.product.as_mut()];
        formulas.into_iter().flatten().for_each(|formulas| formulas.forget());
    }

    /// Reservations, those that are met later too.
    pub fn warnings(&self) -> Warnings {
        Rc::clone(&self.names.warnings)
    }

    /// Forgets gradient and Hessian, so that they are computed again.
    pub fn forget(&mut self) {
        self.first.at = None;
        if let Some(blocks) = &mut self.second {
            (blocks.formulas.at, blocks.known) = (None, None);
        }
    }

    /// The floating-point operations of a gradient, of a product with the Hessian and of the Hessian, once each has run.
    pub fn operations(&self) -> [f64; 3] {
        let second = self.second.as_ref().map(|blocks| &blocks.formulas);
        [Some(&self.first), self.product.as_ref(), second]
            .map(|formulas| formulas.and_then(Formulas::work).map_or(0.0, |(flops, _)| flops))
    }

    fn squares(
        &self,
        loaded: &Loaded,
        point: &Point,
        derive: Derive<'_>,
    ) -> Result<Option<Squares>, Error> {
        let Some(found) = residuals(loaded, point, &self.names.unknowns) else { return Ok(None) };
        let graph = &loaded.program.graph;
        let size = |id: ExprId| {
            graph
                .shape(id)
                .len()
                .evaluate(&|name| self.names.point.sizes.get(name).copied())
                .unwrap_or(0) as usize
        };
        let terms: Vec<(f64, usize)> =
            found.terms.iter().map(|(weight, id)| (weight.sqrt(), size(*id))).collect();
        let count: usize = terms.iter().map(|(_, length)| length).sum();
        if count.saturating_mul(self.names.unknowns.len()) > MOST_JACOBIAN {
            return Ok(None);
        }
        let ids: Vec<ExprId> = found.terms.iter().map(|(_, id)| *id).collect();
        let mut jacobian = Formulas::of(loaded, &[]);
        for id in &ids {
            let part = rooted(loaded, loaded.program.graph.clone(), *id);
            for unknown in &self.names.unknowns.all {
                jacobian.push(loaded, &derive(&part, &[unknown.id], Form::Kron)?)?;
            }
        }
        // Rows of derivatives follow the stacked columns of a matrix.
        let mut residuals = Formulas::of(loaded, &[]);
        for id in &ids {
            let stacked = residuals.graph.build(Kernel::Vec, &[*id]);
            residuals.roots.push(stacked.map_err(|error| unfit(loaded, &error))?);
        }
        Ok(Some(Squares { residuals, jacobian, terms, offset: found.offset }))
    }
}

impl Objective for MatrixObjective {
    fn variables(&self) -> usize {
        self.names.unknowns.len()
    }

    fn offer(&self) -> Offer {
        Offer {
            hessian: self.second.as_ref().map(|_| Structure::Dense),
            constant_hessian: self.second.as_ref().is_some_and(|blocks| blocks.constant),
            hessian_gradients: self.hessian_gradients,
            convexity: self.convexity,
            product: self.second.is_some() || self.product.is_some(),
            kronecker: self.kronecker.is_some(),
            divisor: self.kronecker.is_some() || self.parts.is_some(),
            residuals: self
                .squares
                .as_ref()
                .map(|squares| squares.terms.iter().map(|(_, length)| length).sum()),
        }
    }

    fn value(&mut self, x: &[f64]) -> Result<f64, Undefined> {
        Ok(self.names.run(&mut self.value, x, None)?[0][0])
    }

    fn gradient(&mut self, x: &[f64], gradient: &mut [f64]) -> Result<f64, Undefined> {
        let parts = self.names.run(&mut self.first, x, None)?;
        self.names.gather(&parts[1..], gradient);
        Ok(parts[0][0])
    }

    fn hessian(&mut self, x: &[f64]) -> Result<Hessian, Undefined> {
        let Some(blocks) = &mut self.second else {
            return Err(Undefined { reason: "no Hessian is offered".into() });
        };
        if let Some(known) = &blocks.known {
            return Ok(Hessian::Dense(known.clone()));
        }
        let parts = self.names.run(&mut blocks.formulas, x, None)?;
        let n = self.names.unknowns.len();
        let mut dense = Matrix::zeros(n, n);
        for ((i, j), part) in blocks.places.iter().zip(parts) {
            let (row, column) = (&self.names.unknowns.all[*i], &self.names.unknowns.all[*j]);
            for (place, entry) in part.iter().enumerate() {
                let at = row.offset + row.stacked(place / column.len());
                let by = column.offset + column.stacked(place % column.len());
                dense[(at, by)] = *entry;
                dense[(by, at)] = *entry;
            }
        }
        if blocks.constant {
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
        match &mut self.product {
            Some(formulas) => {
                let parts = self.names.run(formulas, x, Some(direction))?;
                self.names.gather(parts, product);
            }
            // Without blocks this says that nothing is offered.
            None => product.copy_from_slice(&self.hessian(x)?.times(direction)),
        }
        Ok(())
    }

    fn kronecker(&mut self, x: &[f64]) -> Option<Vec<Kronecker>> {
        let diagonal = self.kronecker.as_mut()?;
        let mut values = self.names.run(&mut diagonal.formulas, x, None).ok()?.iter();
        let blocks = self.names.unknowns.all.iter().zip(&diagonal.blocks);
        blocks
            .map(|(unknown, block)| {
                let mut weight = 0.0;
                let mut factors = [None, None];
                if let Some((_, ids)) = &block.product {
                    weight = values.next()?[0];
                    for ((factor, id), n) in
                        factors.iter_mut().zip(ids).zip([unknown.rows, unknown.cols])
                    {
                        if id.is_some() {
                            *factor = Some(Matrix::new(n, n, values.next()?.clone()).ok()?);
                        }
                    }
                }
                let shift = block.shifts.iter().map_while(|_| Some(values.next()?[0])).sum();
                let [left, right] = &factors;
                let shape = (unknown.rows, unknown.cols);
                Kronecker::new(shape, weight, left.as_ref(), right.as_ref(), shift)
            })
            .collect()
    }

    fn divisor(&mut self, x: &[f64]) -> Option<Box<dyn Divisor>> {
        match &mut self.parts {
            Some(parts) => parts.at(&self.names, x),
            None => self.kronecker(x).map(|blocks| Box::new(blocks) as Box<dyn Divisor>),
        }
    }

    fn residuals(&mut self, x: &[f64], residuals: &mut [f64]) -> Result<(), Undefined> {
        let Some(squares) = &mut self.squares else {
            return Err(Undefined { reason: "no residuals are offered".into() });
        };
        let parts = self.names.run(&mut squares.residuals, x, None)?;
        let mut at = 0;
        for (part, (root, length)) in parts.iter().zip(&squares.terms) {
            let place = &mut residuals[at..at + length];
            place.iter_mut().zip(part).for_each(|(r, part)| *r = root * part);
            at += length;
        }
        Ok(())
    }

    fn jacobian(&mut self, x: &[f64]) -> Result<Matrix, Undefined> {
        let Some(squares) = &mut self.squares else {
            return Err(Undefined { reason: "no residuals are offered".into() });
        };
        let parts = self.names.run(&mut squares.jacobian, x, None)?;
        let count: usize = squares.terms.iter().map(|(_, length)| length).sum();
        let mut jacobian = Matrix::zeros(count, self.names.unknowns.len());
        let mut parts = parts.iter();
        let mut top = 0;
        for (root, length) in &squares.terms {
            for (unknown, part) in self.names.unknowns.all.iter().zip(&mut parts) {
                for (place, entry) in part.iter().enumerate() {
                    let column = unknown.offset + unknown.stacked(place % unknown.len());
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

impl Blocks {
    fn new(loaded: &Loaded, names: &Names, derive: Derive<'_>) -> Result<Blocks, Error> {
        let unknowns = &names.unknowns;
        let mut formulas = Formulas::of(loaded, &[]);
        let mut places = Vec::new();
        let (mut floor, mut smooth) = (None, true);
        for (i, row) in unknowns.all.iter().enumerate() {
            for (j, column) in unknowns.all[..=i].iter().enumerate() {
                let block = derive(loaded, &[row.id, column.id], Form::Kron)?;
                formulas.push(loaded, &block)?;
                let conditions = &block.conditions;
                smooth &= conditions.not_smooth.is_empty() && conditions.branches.is_empty();
                places.push((i, j));
                floor = Floor::of(&block, row, names).filter(|_| unknowns.all.len() == 1);
            }
        }
        let moves =
            |root: &ExprId| unknowns.all.iter().any(|u| formulas.depends_on(*root, &u.name));
        // What has a kink has no Hessian everywhere.
        let constant = smooth && !formulas.roots.iter().any(moves);
        Ok(Blocks { formulas, places, constant, known: None, floor })
    }
}

impl Diagonal {
    fn new(loaded: &Loaded, parts: &[Derivation]) -> Option<Diagonal> {
        let mut formulas = Formulas::of(loaded, &[]);
        let mut blocks = Vec::new();
        for block in parts {
            let root = formulas.graph.import(&block.graph, block.derived.expr).ok()?;
            let block = Factors::recognise(&mut formulas.graph, root)?;
            formulas.roots.extend(block.expressions());
            blocks.push(block);
        }
        Some(Diagonal { formulas, blocks })
    }
}

/// Derivatives as objectives need them; the largest relative difference of their checks is kept.
fn deriving<'a>(
    session: &'a Session,
    seed: u64,
    near: &Point,
    checked: &'a mut f64,
) -> impl FnMut(&Loaded, &[ExprId], Form) -> Result<Derivation, Error> + 'a {
    let near = near.excerpt();
    move |loaded, by, form| {
        let layout = if form == Form::Matrix { Layout::Denominator } else { Layout::Numerator };
        let options = DeriveOptions {
            layout,
            form,
            symmetric: Symmetric::default(),
            near: Some(near.clone()),
            seed,
            ..DeriveOptions::default()
        };
        let derivation = session.derive_by(loaded, by.to_vec(), &options)?;
        *checked = checked.max(derivation.checked.max_rel_error);
        Ok(derivation)
    }
}

/// The value and the gradient by each unknown.
fn gradient(loaded: &Loaded, unknowns: &Unknowns, derive: Derive<'_>) -> Result<Formulas, Error> {
    let mut first = Formulas::of(loaded, &[loaded.program.root]);
    for unknown in &unknowns.all {
        first.push(loaded, &derive(loaded, &[unknown.id], Form::Matrix)?)?;
    }
    Ok(first)
}

/// Products of the Hessian with a direction: the derivatives of the slope along it.
fn products(
    loaded: &Loaded,
    unknowns: &Unknowns,
    first: &Formulas,
    derive: Derive<'_>,
) -> Result<Formulas, Error> {
    let slope = along(loaded, unknowns, first)?;
    let mut formulas = Formulas::of(&slope, &[]);
    for unknown in &unknowns.all {
        let id = slope.program.graph.find_symbol(&unknown.name).unwrap_or(unknown.id);
        formulas.push(loaded, &derive(&slope, &[id], Form::Matrix)?)?;
    }
    Ok(formulas)
}

/// The slope along a direction, as a program with the directions as further names.
fn along(loaded: &Loaded, unknowns: &Unknowns, first: &Formulas) -> Result<Loaded, Error> {
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
