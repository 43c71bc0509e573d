//! Operators and products on demand: from text and data.

use std::cell::RefCell;
use std::collections::BTreeMap;

use beltrami_calculus::{Form, Layout, Symmetric};
use beltrami_core::ExprId;
use beltrami_diag::{Diagnostic, Error, codes};
use beltrami_exec::{EvalError, PlanOptions, Tensor};
use beltrami_linalg::structured::Factored;
use beltrami_linalg::{
    Error as MatrixError, LinearOperator, Matrix, Structured, conjugate_gradients,
};

use super::compiled::{CompiledOperator, CompiledProduct, OperatorError};
use super::direction::{dims, fitting, stacked};
use super::residual::{is_small, judge};
use crate::data::{Array, Given, bind};
use crate::derivation::{Derivation, DeriveOptions, variable_lists};
use crate::eval::{Computed, Value, compute, failed, no_value, threads};
use crate::sample::Point;
use crate::session::{Loaded, Session};

/// A derivative at given data as a linear map.
pub struct OperatorEvaluation {
    /// The expression in the surface language.
    pub expression: String,
    /// Its value.
    pub value: Value,
    /// The derivative: in Kronecker form where its structure was found, otherwise in operator form.
    pub derivation: Derivation,
    /// The map.
    pub operator: Acting,
    /// What was assumed about names.
    pub assumed: Vec<String>,
    /// Sizes and values of all names.
    pub point: Point,
    /// Reservations about how it was computed.
    pub warnings: Vec<Diagnostic>,
    loaded: Loaded,
    options: DeriveOptions,
}

/// The relative residual of what is no solution; factors leave rounding, conjugate gradients 1e-10.
const MOST_RESIDUAL: f64 = 1e-8;
/// The part of the right-hand side that rounding of the derivative may account for: one digit of the solution is then certain.
const MOST_DOUBT: f64 = 0.1;

/// A linear map from the stacked columns of the last variable.
pub enum Acting {
    /// By its parts.
    Structured(Structured),
    /// By products alone, with its rows and columns: the formula has no structure that would save anything, and written out
    /// it would be too large.
    Products(Box<CompiledProduct>, usize, usize),
}

/// The product of a derivative with a direction.
pub struct ProductEvaluation {
    /// The expression in the surface language.
    pub expression: String,
    /// The derivative in operator form.
    pub derivation: Derivation,
    /// The product.
    pub product: Value,
    /// What was assumed about names.
    pub assumed: Vec<String>,
    /// Sizes and values of all names.
    pub point: Point,
    /// Reservations about how it was computed.
    pub warnings: Vec<Diagnostic>,
}

/// The solution of a system with a derivative.
pub struct Solved {
    /// What the derivative maps to the right-hand side; of the shape of the variable.
    pub solution: Value,
    /// `‖A*x - b‖/(N*‖x‖ + ‖b‖)` of the equation that was asked, by the evaluator, with `N ≤ ‖A‖₂`.
    pub residual: f64,
    /// The method, in a few words.
    pub method: String,
    /// Steps of conjugate gradients, where they were taken.
    pub steps: Option<usize>,
}

impl Session {
    /// The derivative of an expression at data as a linear map.
    ///
    /// # Errors
    /// Those of the derivative and of the data; several variables need an order.
    pub fn operator(
        &self,
        name: &str,
        text: &str,
        data: &[Given],
        options: &DeriveOptions,
    ) -> Result<OperatorEvaluation, Error> {
        let loaded = self.load(name, text, &options.declarations, &options.by)?;
        let by = one_list(&loaded, options)?;
        let point = bind(&loaded, data)?;
        let (graph, root) = (&loaded.program.graph, loaded.program.root);
        let range = |name: &str| loaded.range(name);
        let Computed { mut tensors, warning, .. } =
            compute(graph, &[root], &point, &range, &|_| None).map_err(|diagnostic| {
                failed(&loaded, self.naming(diagnostic, graph, &[root], &by, &point))
            })?;
        let tensor = tensors.pop().unwrap_or_else(|| Tensor::scalar(f64::NAN));
        let value = Value::new(graph, root, tensor, false);
        let mut warnings: Vec<Diagnostic> = warning.into_iter().collect();
        let structured = self.structured(&loaded, &by, options, &point, &mut warnings)?;
        let (derivation, operator) = match structured {
            Some((derivation, matrix)) => (derivation, Acting::Structured(matrix)),
            None => {
                let derivation = self.mapping(&loaded, &by, options)?;
                for kink in derivation.exists_at(&loaded, &point)? {
                    // What has no structure was recognised as far as its kinks, which are told once.
                    if !warnings.contains(&kink) {
                        warnings.push(kink);
                    }
                }
                let size = |name: &str| point.sizes.get(name).copied();
                let product =
                    CompiledProduct::new(&derivation, false, &size, &plan_options(&point))
                        .map_err(|error| unfit(&loaded, &derivation, &point, &error))?;
                warnings.extend(product.warning());
                let length = |id| dims(&derivation.graph, id, &point).map_or(1, |(m, n)| m * n);
                let rows = length(image(&derivation));
                let cols = length(derivation.by[derivation.by.len() - 1]);
                (derivation, Acting::Products(Box::new(product), rows, cols))
            }
        };
        Ok(OperatorEvaluation {
            expression: beltrami_print::text(graph, root),
            value,
            derivation,
            operator,
            assumed: loaded.program.assumed.clone(),
            point,
            warnings,
            loaded,
            options: options.clone(),
        })
    }

    /// The derivative of an expression at data times a direction of the last variable, without forming it.
    ///
    /// Of order 2 it is the product with the Hessian, of the first variable's shape; of order 1 the derivative along the
    /// direction, of the expression's shape.
    /// # Errors
    /// Those of the derivative and of the data; a direction of another shape or structure than the variable.
    pub fn times(
        &self,
        name: &str,
        text: &str,
        data: &[Given],
        options: &DeriveOptions,
        direction: &Array,
    ) -> Result<ProductEvaluation, Error> {
        let loaded = self.load(name, text, &options.declarations, &options.by)?;
        let by = one_list(&loaded, options)?;
        let point = bind(&loaded, data)?;
        let derivation = self.mapping(&loaded, &by, options)?;
        let kinks = derivation.exists_at(&loaded, &point)?;
        let last = by[by.len() - 1];
        let structured = options.symmetric != Symmetric::Ambient;
        let graph = &loaded.program.graph;
        let direction = fitting(&loaded, graph, last, &point, direction, "--times", structured)?;
        let size = |name: &str| point.sizes.get(name).copied();
        let fail = |error: &OperatorError| unfit(&loaded, &derivation, &point, error);
        let mut compiled = CompiledProduct::new(&derivation, false, &size, &plan_options(&point))
            .map_err(|error| fail(&error))?;
        let value = |name: &str| point.values.get(name).map(Tensor::data);
        let entries = compiled.run(&value, &direction).map_err(|error| fail(&error))?.to_vec();
        let tensor = Tensor::new(compiled.dims().to_vec(), entries)
            .map_err(|cause| fail(&OperatorError::Parts(EvalError::Kernel { at: last, cause })))?;
        let map = derivation.operator.as_ref().map_or(derivation.derived.expr, |map| map.forward);
        let product = Value::new(&derivation.graph, map, tensor, false);
        Ok(ProductEvaluation {
            expression: derivation.expression(),
            product,
            assumed: loaded.program.assumed.clone(),
            point,
            warnings: compiled.warning().into_iter().chain(kinks).collect(),
            derivation,
        })
    }

    /// The derivative as a structured matrix; `None` where products alone are left.
    fn structured(
        &self,
        loaded: &Loaded,
        by: &[ExprId],
        options: &DeriveOptions,
        point: &Point,
        warnings: &mut Vec<Diagnostic>,
    ) -> Result<Option<(Derivation, Structured)>, Error> {
        let Some((derivation, compiled)) = self.recognised(loaded, by, options, point) else {
            return Ok(None);
        };
        warnings.extend(derivation.exists_at(loaded, point)?);
        let outcome = compiled.and_then(|mut compiled| {
            let values: Vec<&[f64]> = compiled
                .inputs()
                .map(|name| point.values.get(name).map_or(&[][..], Tensor::data))
                .collect();
            warnings.extend(compiled.warning());
            compiled.run(&values)
        });
        match outcome {
            Ok(matrix) => Ok(Some((derivation, matrix))),
            Err(error) if error.is_too_large() => Ok(None),
            // Products have a formula of their own.
            Err(OperatorError::Differs(warning)) => {
                warnings.push(*warning);
                Ok(None)
            }
            Err(error) => Err(unfit(loaded, &derivation, point, &error)),
        }
    }

    /// The derivative in Kronecker form, compiled by its structure; `None` where it has no such form.
    #[allow(clippy::type_complexity, reason = "a derivative with the outcome of compiling it")]
    fn recognised(
        &self,
        loaded: &Loaded,
        by: &[ExprId],
        options: &DeriveOptions,
        point: &Point,
    ) -> Option<(Derivation, Result<CompiledOperator, OperatorError>)> {
        let options =
            DeriveOptions { form: Form::Kron, layout: Layout::Numerator, ..options.clone() };
        let derivation = self.derive_by(loaded, by.to_vec(), &options).ok()?;
        if derivation.derived.form != Form::Kron {
            return None;
        }
        let size = |name: &str| point.sizes.get(name).copied();
        let compiled = CompiledOperator::new(&derivation, &size, &plan_options(point));
        Some((derivation, compiled))
    }

    /// The derivative in operator form.
    fn mapping(
        &self,
        loaded: &Loaded,
        by: &[ExprId],
        options: &DeriveOptions,
    ) -> Result<Derivation, Error> {
        let options =
            DeriveOptions { form: Form::Operator, layout: Layout::Numerator, ..options.clone() };
        self.derive_by(loaded, by.to_vec(), &options)
    }
}

impl OperatorEvaluation {
    /// Rows and columns.
    pub fn shape(&self) -> (usize, usize) {
        match &self.operator {
            Acting::Structured(matrix) => matrix.shape(),
            Acting::Products(_, rows, cols) => (*rows, *cols),
        }
    }

    /// The structure in a few words.
    pub fn kind(&self) -> String {
        match &self.operator {
            Acting::Structured(matrix) => matrix.kind(),
            Acting::Products(..) => "products alone (matrix-free)".into(),
        }
    }

    /// Structure, parts, and memory beside that of all entries.
    pub fn describe(&self) -> String {
        match &self.operator {
            Acting::Structured(matrix) => matrix.describe(),
            Acting::Products(_, rows, cols) => format!(
                "{}\n{}, {rows}×{cols}: a product is evaluated, written out it would take {:.1} GB",
                self.derivation.text(),
                self.kind(),
                8e-9 * *rows as f64 * *cols as f64
            ),
        }
    }

    /// The variable's value that the derivative maps to `right`, an array of the function's shape, or for a second
    /// derivative of the first variable's.
    ///
    /// # Errors
    /// E0503 for a singular derivative, and for what has no method; E0602 for another shape.
    pub fn solve(&mut self, right: &Array) -> Result<Solved, Error> {
        let graph = &self.derivation.graph;
        let (to, from) =
            (image(&self.derivation), self.derivation.by[self.derivation.by.len() - 1]);
        let structured = self.derivation.symmetric != Symmetric::Ambient;
        let asked = fitting(&self.loaded, graph, to, &self.point, right, "--solve", structured)?;
        let (image_rows, image_cols) = dims(graph, to, &self.point).unwrap_or((1, 1));
        let right = stacked(&asked, image_rows, image_cols);
        let refuse = |error: beltrami_linalg::Error| {
            let diagnostic = Diagnostic::error(
                &codes::E0503,
                format!("the derivative has no solution here: {error}"),
            )
            .hint("add a multiple of the identity, as in `f + lambda*norm2(x)^2`, or move to another point");
            failed(&self.loaded, diagnostic)
        };
        let (rows, cols) = dims(graph, from, &self.point).unwrap_or((1, 1));
        let (x, method, steps) = match &mut self.operator {
            Acting::Structured(matrix) => {
                let factored = Factored::new(matrix).map_err(refuse)?;
                let solution = factored.solve(&right).map_err(refuse)?;
                (solution.x, factored.method(), solution.steps)
            }
            Acting::Products(product, ..) => {
                let products = Products {
                    values: &self.point.values,
                    product: RefCell::new(product),
                    image: (image_rows, image_cols),
                    variable: (rows, cols),
                };
                let most = 2 * right.len() + 100;
                let (x, steps) =
                    conjugate_gradients(&products, &right, 1e-10, most).map_err(refuse)?;
                (x, "conjugate gradients, by products alone".into(), Some(steps))
            }
        };
        // Columns are stacked, rows are what arrays have.
        let entries = stacked(&x, cols, rows);
        let residual = self.judged(&entries, &asked)?;
        let graph = &self.derivation.graph;
        let dims = vec![rows, cols];
        let tensor = Tensor::new(dims, entries).unwrap_or_else(|_| Tensor::scalar(f64::NAN));
        let solution = Value::new(graph, from, tensor, false);
        Ok(Solved { solution, residual, method, steps })
    }

    /// The residual of a solution by the evaluator.
    ///
    /// # Errors
    /// E0503 where it is no solution, and where the derivative is singular to working precision.
    fn judged(&self, x: &[f64], right: &[f64]) -> Result<f64, Error> {
        let own = &self.derivation;
        let other = match own.operator.is_some() || is_small(own, &self.point) {
            true => None,
            false => Some(Session::global().mapping(&self.loaded, &own.by, &self.options)?),
        };
        let derivation = other.as_ref().unwrap_or(own);
        let refuse = |reason: String| {
            let diagnostic = Diagnostic::error(
                &codes::E0503,
                format!("the derivative has no solution here: {reason}"),
            )
            .hint("add a multiple of the identity, as in `f + lambda*norm2(x)^2`, or move to another point");
            failed(&self.loaded, diagnostic)
        };
        let found = judge(derivation, &self.point, image(derivation), x, right)
            .map_err(|error| refuse(error.to_string()))?;
        if found.doubt > MOST_DOUBT || found.doubt.is_nan() {
            return Err(refuse(format!(
                "it is singular to working precision, the rounding errors of its own entries change the equation by {:.1e} of the right-hand side",
                found.doubt
            )));
        }
        if found.residual > MOST_RESIDUAL || found.residual.is_nan() {
            return Err(refuse(format!(
                "what was found does not satisfy the equation, with a relative residual of {:.1e}",
                found.residual
            )));
        }
        Ok(found.residual)
    }
}

/// A square derivative of which products alone are known, on stacked columns.
struct Products<'a> {
    values: &'a BTreeMap<String, Tensor<f64>>,
    product: RefCell<&'a mut CompiledProduct>,
    /// Rows and columns of an image, and of the variable.
    image: (usize, usize),
    variable: (usize, usize),
}

impl LinearOperator for Products<'_> {
    fn shape(&self) -> (usize, usize) {
        (self.image.0 * self.image.1, self.variable.0 * self.variable.1)
    }

    fn apply(&self, x: &Matrix) -> Result<Matrix, MatrixError> {
        const FUNCTION: &str = "derivative solve";
        let ((m, n), (rows, cols)) = (self.shape(), self.variable);
        if x.rows() != n || m != n {
            let detail = format!("{m} equations for {n} unknowns");
            return Err(MatrixError::Shape { function: FUNCTION, detail });
        }
        let mut product = self.product.borrow_mut();
        let mut images = Matrix::zeros(m, x.cols());
        for j in 0..x.cols() {
            let direction = stacked(&x.col(j), cols, rows);
            let value = |name: &str| self.values.get(name).map(Tensor::data);
            let image = product
                .run(&value, &direction)
                .map_err(|_| MatrixError::NotFinite { function: FUNCTION })?;
            let image = stacked(image, self.image.0, self.image.1);
            image.iter().enumerate().for_each(|(i, x)| images[(i, j)] = *x);
        }
        Ok(images)
    }

    fn apply_transpose(&self, _: &Matrix) -> Result<Matrix, MatrixError> {
        Err(MatrixError::NoMethod {
            function: "derivative solve",
            reason: "products with the derivative alone are compiled, and none with its transpose",
        })
    }
}

/// What to type for a derivative that is too large to be written out; `None` where its structure would not help.
pub(crate) fn offer(
    session: &Session,
    loaded: &Loaded,
    by: &[ExprId],
    options: &DeriveOptions,
    point: &Point,
) -> Option<String> {
    let (derivation, compiled) = session.recognised(loaded, by, options, point)?;
    let numbers = compiled.ok().filter(|compiled| !compiled.is_dense())?.numbers();
    Some(format!(
        "`--form operator` keeps it as `{}`, of which {numbers} numbers are stored; `--times` multiplies by it",
        derivation.text()
    ))
}

/// The one list of variables that an operator is by.
fn one_list(loaded: &Loaded, options: &DeriveOptions) -> Result<Vec<ExprId>, Error> {
    let mut lists = variable_lists(loaded, options)?;
    match lists.len() {
        1 => Ok(lists.remove(0)),
        count => {
            let diagnostic = Diagnostic::error(
                &codes::E0702,
                format!("{count} derivatives are asked for, and an operator is one"),
            )
            .hint("name one variable, or say `--order` for a mixed derivative");
            Err(Error::refused(diagnostic, &loaded.sources))
        }
    }
}

/// What has the shape of the image: the function, or for a second derivative the first variable.
fn image(derivation: &Derivation) -> ExprId {
    if derivation.by.len() > 1 { derivation.by[0] } else { derivation.root }
}

fn plan_options(point: &Point) -> PlanOptions {
    PlanOptions { threads: threads(), rough: point.rough.clone(), ..PlanOptions::default() }
}

fn unfit(loaded: &Loaded, derivation: &Derivation, point: &Point, error: &OperatorError) -> Error {
    let at = match error {
        OperatorError::Parts(error) => error.at(),
        OperatorError::NoMatrix | OperatorError::Differs(_) | OperatorError::Matrix(_) => {
            derivation.derived.expr
        }
    };
    // A part may belong to a graph of its own.
    let at = if at.index() < derivation.graph.len() { at } else { derivation.derived.expr };
    let graph = &derivation.graph;
    let diagnostic = no_value(graph, at, &error.to_string(), &|_| None);
    let by = &derivation.by;
    failed(loaded, derivation.conditions.named(diagnostic, graph, by, point, false))
}
