//! A small objective as programs over scalars.

use beltrami_core::{ExprId, Graph};
use beltrami_exec::{Memory, SparseTape, Tape, TapeError, Unknown};
use beltrami_linalg::Matrix;
use beltrami_solve::minimize::{Banded, Hessian, Objective, Offer, Structure, Undefined};

use super::squares::Squares;
use super::unknown::Unknowns;
use crate::sample::Point;
use crate::session::Loaded;
use crate::stable::smooth;

/// Value, gradient and Hessian from one expression, all by programs that skip what is zero.
pub(super) struct ScalarObjective {
    unknowns: Unknowns,
    variables: usize,
    /// Parts of the value, which is their sum with these weights and the offset.
    value: Program,
    weights: Vec<f64>,
    offset: f64,
    gradient: Program,
    hessian: Option<Entries>,
    squares: Option<Residuals>,
}

/// A program with its slots.
struct Program {
    tape: Tape,
    memory: Memory<f64>,
    outputs: Vec<f64>,
}

/// A symmetric or rectangular matrix whose entries a program computes.
struct Entries {
    program: Program,
    places: Vec<(usize, usize)>,
    structure: Structure,
    constant: bool,
}

/// A sum of squares: value and gradient come from the residuals, so that all of them round alike.
struct Residuals {
    program: Program,
    jacobian: Program,
    places: Vec<(usize, usize)>,
    /// The root of the weight of each residual.
    roots: Vec<f64>,
    offset: f64,
}

impl Program {
    fn new(tape: Tape) -> Program {
        let tape = tape.grouped();
        let (memory, outputs) = (tape.memory(), vec![0.0; tape.outputs()]);
        Program { tape, memory, outputs }
    }

    fn run(&mut self, x: &[f64]) -> &[f64] {
        self.tape.run(x, &mut self.memory, &mut self.outputs);
        &self.outputs
    }
}

/// More unknowns than these have no dense Hessian.
const MOST_DENSE: usize = 2000;

impl ScalarObjective {
    /// The programs of the objective; `None` where it is no formula in entries, or too long a one.
    pub fn new(loaded: &Loaded, point: &Point, unknowns: &Unknowns) -> Option<ScalarObjective> {
        let graph = &loaded.program.graph;
        let squares = residuals(loaded, point, unknowns);
        // `norm2(r)^2` hides a root that has no slope at zero and couples all entries; the squares of `r` do not.
        let mut squared = graph.clone();
        let (roots, weights) = match &squares {
            None => (vec![loaded.program.root], vec![1.0]),
            Some(squares) => squares.sums(&mut squared)?,
        };
        let value = compile(&squared, &roots, point, unknowns).ok()?;
        let gradient = value.gradient(&weights).ok()?;
        let hessian = gradient.jacobian(|row, column| row >= 1 && column < row).ok();
        let smooth = !value.has_kinks();
        let hessian = hessian.and_then(|sparse| Entries::symmetric(sparse, unknowns.len(), smooth));
        let squares = squares.and_then(|squares| {
            let ids: Vec<ExprId> = squares.terms.iter().map(|(_, id)| *id).collect();
            let tape = compile(graph, &ids, point, unknowns).ok()?;
            let jacobian = tape.jacobian(|_, _| true).ok()?;
            let mut roots = Vec::with_capacity(tape.outputs());
            for (weight, id) in &squares.terms {
                let size = entries(graph, *id, point)?;
                roots.extend(std::iter::repeat_n(weight.sqrt(), size));
            }
            Some(Residuals {
                program: Program::new(tape),
                jacobian: Program::new(jacobian.tape),
                places: jacobian.places,
                roots,
                offset: squares.offset,
            })
        });
        let offset = squares.as_ref().map_or(0.0, |squares| squares.offset);
        Some(ScalarObjective {
            unknowns: unknowns.clone(),
            variables: unknowns.len(),
            value: Program::new(value),
            weights,
            offset,
            gradient: Program::new(gradient),
            hessian,
            squares,
        })
    }

    fn inside(&self, x: &[f64]) -> Result<(), Undefined> {
        self.unknowns.outside(x).map_or(Ok(()), |reason| Err(Undefined { reason }))
    }
}

impl Entries {
    /// Rows are counted from 1, as the value stands before the gradient; what has a kink has no Hessian everywhere.
    fn symmetric(sparse: SparseTape, n: usize, smooth: bool) -> Option<Entries> {
        let places: Vec<(usize, usize)> =
            sparse.places.iter().map(|(row, column)| (row - 1, *column)).collect();
        let width = places.iter().map(|(i, j)| i - j).max().unwrap_or(0);
        let block = (1..=n / 2).find(|size| {
            n.is_multiple_of(*size) && places.iter().all(|(i, j)| i / size == j / size)
        });
        // Few variables gain nothing by structure.
        let structure = if n > 8 && width * 8 <= n && block.is_none_or(|size| size > width) {
            Structure::Banded(width)
        } else if n > 8 && block.is_some() {
            Structure::Blocks(block?)
        } else if n <= MOST_DENSE {
            Structure::Dense
        } else {
            return None;
        };
        let constant =
            smooth && (0..sparse.tape.outputs()).all(|k| sparse.tape.constant(k).is_some());
        Some(Entries { program: Program::new(sparse.tape), places, structure, constant })
    }
}

impl Objective for ScalarObjective {
    fn variables(&self) -> usize {
        self.variables
    }

    fn offer(&self) -> Offer {
        Offer {
            hessian: self.hessian.as_ref().map(|hessian| hessian.structure),
            constant_hessian: self.hessian.as_ref().is_some_and(|hessian| hessian.constant),
            product: self.hessian.is_some(),
            residuals: self.squares.as_ref().map(|squares| squares.roots.len()),
            ..Offer::default()
        }
    }

    fn value(&mut self, x: &[f64]) -> Result<f64, Undefined> {
        self.inside(x)?;
        match &mut self.squares {
            Some(squares) => Ok(squares.value(x)),
            None => {
                let sums = self.value.run(x).iter().zip(&self.weights);
                Ok(self.offset + sums.map(|(sum, weight)| sum * weight).sum::<f64>())
            }
        }
    }

    fn gradient(&mut self, x: &[f64], gradient: &mut [f64]) -> Result<f64, Undefined> {
        self.inside(x)?;
        match &mut self.squares {
            Some(squares) => {
                let value = squares.value(x);
                squares.slope(x, gradient);
                Ok(value)
            }
            None => {
                let outputs = self.gradient.run(x);
                gradient.copy_from_slice(&outputs[1..]);
                Ok(outputs[0] + self.offset)
            }
        }
    }

    fn hessian(&mut self, x: &[f64]) -> Result<Hessian, Undefined> {
        self.inside(x)?;
        let Some(hessian) = &mut self.hessian else {
            return Err(Undefined { reason: "no Hessian is offered".into() });
        };
        let values = hessian.program.run(x);
        let entries = hessian.places.iter().zip(values);
        let n = self.variables;
        Ok(match hessian.structure {
            Structure::Dense => {
                let mut dense = Matrix::zeros(n, n);
                for ((i, j), value) in entries {
                    dense[(*i, *j)] = *value;
                    dense[(*j, *i)] = *value;
                }
                Hessian::Dense(dense)
            }
            Structure::Banded(width) => {
                let mut banded = Banded::zeros(n, width);
                entries.for_each(|((i, j), value)| *banded.entry(*i, *j) = *value);
                Hessian::Banded(banded)
            }
            Structure::Blocks(size) => {
                let mut blocks = vec![Matrix::zeros(size, size); n / size];
                for ((i, j), value) in entries {
                    let block = &mut blocks[i / size];
                    block[(i % size, j % size)] = *value;
                    block[(j % size, i % size)] = *value;
                }
                Hessian::Blocks(blocks)
            }
        })
    }

    fn product(
        &mut self,
        x: &[f64],
        direction: &[f64],
        product: &mut [f64],
    ) -> Result<(), Undefined> {
        let Some(hessian) = &mut self.hessian else {
            return Err(Undefined { reason: "no Hessian is offered".into() });
        };
        product.fill(0.0);
        let values = hessian.program.run(x);
        for ((i, j), value) in hessian.places.iter().zip(values) {
            product[*i] += value * direction[*j];
            if i != j {
                product[*j] += value * direction[*i];
            }
        }
        Ok(())
    }

    fn residuals(&mut self, x: &[f64], residuals: &mut [f64]) -> Result<(), Undefined> {
        self.inside(x)?;
        let Some(squares) = &mut self.squares else {
            return Err(Undefined { reason: "no residuals are offered".into() });
        };
        squares.value(x);
        residuals.copy_from_slice(&squares.program.outputs);
        residuals.iter_mut().zip(&squares.roots).for_each(|(r, root)| *r *= root);
        Ok(())
    }

    fn jacobian(&mut self, x: &[f64]) -> Result<Matrix, Undefined> {
        let n = self.variables;
        let Some(squares) = &mut self.squares else {
            return Err(Undefined { reason: "no residuals are offered".into() });
        };
        let mut jacobian = Matrix::zeros(squares.roots.len(), n);
        let values = squares.jacobian.run(x);
        for ((i, j), value) in squares.places.iter().zip(values) {
            jacobian[(*i, *j)] = squares.roots[*i] * value;
        }
        Ok(jacobian)
    }

    fn offset(&self) -> f64 {
        self.squares.as_ref().map_or(0.0, |squares| squares.offset)
    }
}

impl Residuals {
    /// The value; the residuals without their weights stay in the outputs.
    fn value(&mut self, x: &[f64]) -> f64 {
        let residuals = self.program.run(x);
        let squares = residuals.iter().zip(&self.roots).map(|(r, root)| (root * r) * (root * r));
        squares.sum::<f64>() + self.offset
    }

    /// `2*J'*r`, the residuals being those of the last value.
    fn slope(&mut self, x: &[f64], gradient: &mut [f64]) {
        gradient.fill(0.0);
        let values = self.jacobian.run(x);
        for ((i, j), value) in self.places.iter().zip(values) {
            let weight = self.roots[*i] * self.roots[*i];
            gradient[*j] += 2.0 * weight * self.program.outputs[*i] * value;
        }
    }
}

/// The expression as a sum of squares.
pub(super) fn residuals(loaded: &Loaded, point: &Point, unknowns: &Unknowns) -> Option<Squares> {
    let graph = &loaded.program.graph;
    let fixed = |id: ExprId| !unknowns.all.iter().any(|u| graph.depends_on(id, u.id));
    let known = |id: ExprId| -> Option<f64> {
        if !graph.shape(id).is_scalar() || !fixed(id) {
            return None;
        }
        let size = |name: &str| point.sizes.get(name).copied();
        let symbol = |name: &str| point.values.get(name).cloned();
        let value = beltrami_exec::evaluate::<f64>(graph, id, &size, &symbol).ok()?;
        value.data().first().copied()
    };
    let count = |id: ExprId| entries(graph, id, point).map(|n| n as f64);
    Squares::recognise(graph, loaded.program.root, &known, &count)
}

fn entries(graph: &Graph, id: ExprId, point: &Point) -> Option<usize> {
    let size = graph.shape(id).len().evaluate(&|name| point.sizes.get(name).copied())?;
    usize::try_from(size).ok()
}

fn compile(
    graph: &Graph,
    roots: &[ExprId],
    point: &Point,
    unknowns: &Unknowns,
) -> Result<Tape, TapeError> {
    let inputs: Vec<Unknown> =
        unknowns.all.iter().map(|u| Unknown { id: u.id, rows: u.rows, cols: u.cols }).collect();
    let size = |name: &str| point.sizes.get(name).copied();
    let data = |name: &str| point.values.get(name).cloned();
    // A form may have what a program lacks.
    let smooth = smooth(graph, roots)
        .and_then(|(graph, roots)| Tape::compile(&graph, &roots, &inputs, &size, &data).ok());
    match smooth {
        Some(tape) => Ok(tape),
        None => Tape::compile(graph, roots, &inputs, &size, &data),
    }
}
