//! Shape rules that many operations share.

use crate::dim::Dim;
use crate::op::Arg;
use crate::shape::{Shape, ShapeError, Sizes};

type Ruled = Result<Shape, ShapeError>;

/// One argument, any matrix; the result has its shape.
pub fn entrywise(_: &mut dyn Sizes, args: &[Arg]) -> Ruled {
    count(args, 1, "1 argument")?;
    matrix(args, 0)?;
    Ok(args[0].shape.clone())
}

/// Two arguments of one shape, which is that of the result.
pub fn alike(sizes: &mut dyn Sizes, args: &[Arg]) -> Ruled {
    count(args, 2, "2 arguments")?;
    let (a, b) = (args[0].shape.axes(), args[1].shape.axes());
    if a.len() == b.len() && a.iter().zip(&b).all(|(x, y)| sizes.same(x, y)) {
        Ok(args[0].shape.clone())
    } else {
        Err(ShapeError::Differ(0, 1))
    }
}

/// One argument of any matrix shape; the result is a scalar.
pub fn to_scalar(_: &mut dyn Sizes, args: &[Arg]) -> Ruled {
    count(args, 1, "1 argument")?;
    matrix(args, 0)?;
    Ok(Shape::scalar())
}

/// One square argument; the result has its shape.
pub fn square(sizes: &mut dyn Sizes, args: &[Arg]) -> Ruled {
    count(args, 1, "1 argument")?;
    side(sizes, args, 0)?;
    Ok(args[0].shape.clone())
}

/// One square argument; the result is a scalar.
pub fn square_to_scalar(sizes: &mut dyn Sizes, args: &[Arg]) -> Ruled {
    square(sizes, args)?;
    Ok(Shape::scalar())
}

/// The side of a square argument.
pub fn side(sizes: &mut dyn Sizes, args: &[Arg], argument: usize) -> Result<Dim, ShapeError> {
    matrix(args, argument)?;
    let shape = &args[argument].shape;
    if sizes.same(&shape.rows, &shape.cols) {
        Ok(shape.rows.clone())
    } else {
        Err(ShapeError::NotSquare(argument))
    }
}

/// The size a literal argument stands for.
pub fn size(args: &[Arg], argument: usize) -> Result<Dim, ShapeError> {
    let dim = args[argument].size().ok_or(ShapeError::Expected {
        argument,
        wanted: "a size: an integer, or a name such as `n`",
    })?;
    match dim.as_constant() {
        Some(n) if n < 1 => Err(ShapeError::Range {
            argument,
            reason: format!("a size must be at least 1, not {n}"),
        }),
        _ => Ok(dim.clone()),
    }
}

/// Refuses any other number of arguments; `text` says how many are accepted.
pub fn count(args: &[Arg], wanted: usize, text: &'static str) -> Result<(), ShapeError> {
    if args.len() == wanted { Ok(()) } else { Err(ShapeError::Arity(text)) }
}

/// Refuses fewer arguments; `text` says what is accepted.
pub fn at_least(args: &[Arg], least: usize, text: &'static str) -> Result<(), ShapeError> {
    if args.len() >= least { Ok(()) } else { Err(ShapeError::Arity(text)) }
}

/// Refuses tensors of order three and more, and texts.
pub fn matrix(args: &[Arg], argument: usize) -> Result<(), ShapeError> {
    if args[argument].shape.is_matrix() && args[argument].text().is_none() {
        Ok(())
    } else {
        Err(ShapeError::Expected { argument, wanted: "a scalar, vector or matrix" })
    }
}

/// The integer from 1 to `most` that a literal argument is; `what` says what it is, as `the rank`.
pub fn whole(args: &[Arg], argument: usize, most: i64, what: &str) -> Result<i64, ShapeError> {
    let refused = |found: String| {
        let upto = if most == i64::MAX { String::new() } else { format!(" to {most}") };
        let reason = format!("{what} is an integer from 1{upto}, not {found}");
        Err(ShapeError::Range { argument, reason })
    };
    match args[argument].size() {
        Some(size) => match size.as_constant() {
            Some(k) if (1..=most).contains(&k) => Ok(k),
            _ => refused(format!("`{size}`")),
        },
        None => refused("an expression".to_string()),
    }
}
