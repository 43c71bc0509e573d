//! Derivatives of functions of a matrix along directions, `D(A; E₁, …, Eₖ)`.
//!
//! A direction of the shape of `A` is one matrix. One of as many rows as `A` has entries is several, each column a stacked
//! one; the value then has a column for every choice of columns, the first direction slow, in which the derivative along
//! them is stacked. Without a direction the value is the matrix of the map of one, as if the identity stood there.

use crate::facts::Facts;
use crate::graph::{ExprId, Graph};
use crate::kernel::Kernel;
use crate::op::{Arg, Transposed};
use crate::rule::matrix;
use crate::shape::{Shape, ShapeError, Sizes};
use crate::spectral::Spectral;

/// The shape of a derivative of a function with values of the shape of its matrix; `wanted` is what a direction is, with an
/// example.
pub fn shape(
    of: Spectral,
    sizes: &mut dyn Sizes,
    args: &[Arg],
    wanted: &'static str,
) -> Result<Shape, ShapeError> {
    shape_with(of, args[0].shape.clone(), sizes, args, wanted)
}

/// The same of a function with values of another shape.
pub fn shape_with(
    of: Spectral,
    value: Shape,
    sizes: &mut dyn Sizes,
    args: &[Arg],
    wanted: &'static str,
) -> Result<Shape, ShapeError> {
    let own = args[0].shape.clone();
    let inputs = own.len();
    let mut columns = None;
    for argument in of.arguments()..args.len() {
        matrix(args, argument)?;
        let direction = &args[argument];
        if direction.size().is_some() && !own.is_scalar() {
            return Err(ShapeError::Expected { argument, wanted });
        }
        let shape = &direction.shape;
        if *shape == own {
            continue;
        }
        if shape.rows == inputs {
            columns = Some(match columns {
                Some(before) => shape.cols.times(&before),
                None => shape.cols.clone(),
            });
        } else if !(sizes.same(&shape.rows, &own.rows) && sizes.same(&shape.cols, &own.cols)) {
            return Err(ShapeError::Differ(0, argument));
        }
    }
    Ok(match columns {
        _ if args.len() == of.arguments() => Shape::matrix(value.len(), inputs),
        Some(columns) => Shape::matrix(value.len(), columns),
        None => value,
    })
}

/// What is known of a derivative; `definite` of the map of a direction, at a symmetric matrix.
pub fn facts(of: Spectral, graph: &Graph, args: &[ExprId], definite: Facts) -> Facts {
    let square = of != Spectral::SingularValues;
    let symmetric = !of.is_square() || graph.facts(args[0]).has(Facts::SYMMETRIC);
    if args.len() == of.arguments() && square && symmetric {
        Facts::SYMMETRIC | definite
    } else {
        Facts::NONE
    }
}

/// The derivative of a function by its matrix alone, `D(A; dA)`.
pub fn first(
    of: Spectral,
    graph: &mut Graph,
    args: &[ExprId],
    varied: &[Option<ExprId>],
) -> Option<ExprId> {
    let (Some(step), rest) = varied.split_first()? else { return None };
    let fixed = rest.iter().all(Option::is_none);
    fixed.then(|| graph.derivative(of, args, &[*step]).ok()).flatten()
}

/// The derivative of a derivative, linear in each direction: by the matrix it has one direction more.
pub fn next(
    of: Spectral,
    graph: &mut Graph,
    args: &[ExprId],
    varied: &[Option<ExprId>],
) -> Option<ExprId> {
    let (own, along) = args.split_at(of.arguments());
    let (of_own, of_along) = varied.split_at(of.arguments());
    let mut terms = Vec::new();
    for (place, step) in of_own.iter().enumerate().skip(1) {
        let Some(step) = step else { continue };
        // Weights are linear too; other parameters have no derivative.
        if of != Spectral::SingularDyads {
            return None;
        }
        let mut other = own.to_vec();
        other[place] = *step;
        terms.push(graph.derivative(of, &other, along).ok()?);
    }
    if let Some(step) = of_own[0] {
        let mut longer = along.to_vec();
        if longer.is_empty() {
            let inputs = graph.shape(own[0]).len();
            longer.push(graph.eye(&inputs).ok()?);
        }
        longer.push(step);
        terms.push(graph.derivative(of, own, &longer).ok()?);
    }
    for (place, step) in of_along.iter().enumerate() {
        if let Some(step) = step {
            let mut other = along.to_vec();
            other[place] = *step;
            terms.push(graph.derivative(of, own, &other).ok()?);
        }
    }
    let shape = terms.first().map(|term| graph.shape(*term).clone())?;
    graph.sum_of(&terms, &shape).ok()
}

/// How the transpose of an application follows from its arguments.
pub(crate) fn transposed(graph: &Graph, of: Spectral, args: &[ExprId]) -> Transposed {
    if matches!(of, Spectral::SingularValues | Spectral::SingularDyads) {
        return Transposed::Unknown;
    }
    let own = graph.shape(args[0]);
    let along = &args[of.arguments()..];
    let map = |this: &ExprId| graph.is_eye(*this) && graph.shape(*this).rows == own.len();
    let several = along.iter().filter(|direction| graph.shape(**direction) != own).count();
    match (several, along.is_empty() || along.iter().any(map)) {
        (0, false) => Transposed::Each,
        // The map of one direction is adjoint to that at the transposes.
        (0 | 1, true) if of.is_square() => Transposed::Each,
        _ => Transposed::Unknown,
    }
}

impl Graph {
    /// The derivative of a function of these arguments along directions, with scalars before it and directions in order,
    /// which does not matter; zero along zero.
    ///
    /// # Errors
    /// As [`Graph::build`].
    pub fn derivative(
        &mut self,
        of: Spectral,
        own: &[ExprId],
        along: &[ExprId],
    ) -> Result<ExprId, ShapeError> {
        let shape = self.shape(own[0]).clone();
        let inputs = shape.len();
        let (mut single, mut several) = (Vec::new(), Vec::new());
        let mut multiples = Vec::new();
        for direction in along {
            let mut direction = *direction;
            while let Some((multiple, inner)) = self.multiple(direction) {
                multiples.push(multiple);
                direction = inner;
            }
            let list = if *self.shape(direction) == shape { &mut single } else { &mut several };
            list.push(direction);
        }
        let vanishes = single.iter().chain(&several).any(|direction| self.is_zero(*direction));
        single.sort_unstable();
        if single.is_empty() && several.len() == 1 && self.is_eye(several[0]) {
            let whole = self.shape(several[0]).rows == inputs;
            several.retain(|_| !whole);
        }
        let args = [own, &single, &several].concat();
        let mut value = self.raw(Kernel::Derivative(of), &args)?;
        if vanishes {
            let shape = self.shape(value).clone();
            return self.zeros(&shape);
        }
        for multiple in multiples.into_iter().rev() {
            value = match multiple {
                Multiple::Minus => self.neg(value)?,
                Multiple::Times(scalar) => self.scale(scalar, value)?,
                Multiple::Over(scalar) => self.divide(value, scalar)?,
            };
        }
        Ok(value)
    }

    /// Whether a derivative is transposed by transposing its directions: single ones at a symmetric matrix.
    pub(crate) fn turns_directions(&self, of: Spectral, args: &[ExprId]) -> bool {
        let along = &args[of.arguments()..];
        of != Spectral::SingularValues
            && self.facts(args[0]).has(Facts::SYMMETRIC)
            && !along.is_empty()
            && along.iter().all(|direction| self.shape(*direction) == self.shape(args[0]))
    }

    /// A matrix that is not a scalar as a multiple of another one.
    fn multiple(&self, id: ExprId) -> Option<(Multiple, ExprId)> {
        if self.shape(id).is_scalar() {
            return None;
        }
        match self.application(id)? {
            (Kernel::Neg, [inner]) => Some((Multiple::Minus, *inner)),
            (Kernel::Scale, [scalar, inner]) => Some((Multiple::Times(*scalar), *inner)),
            (Kernel::Divide, [inner, scalar]) => Some((Multiple::Over(*scalar), *inner)),
            _ => None,
        }
    }
}

/// What a matrix is multiplied by.
enum Multiple {
    Minus,
    Times(ExprId),
    Over(ExprId),
}
