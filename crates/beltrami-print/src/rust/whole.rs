//! Whole arrays in Rust: faer's operators, its factorisations, and calls of helpers.

use beltrami_core::{Kernel, Spectral};

use super::language::{Rust, nested};
use crate::loops::{Body, Level, Out, Text};
use crate::program::{ArrayId, Operation, Sign, derivative_name};

/// Longer operands get names.
const LONGEST: usize = 60;

impl Rust {
    /// The last expression of a function.
    pub fn result(&self, body: &mut Body<'_>, id: ArrayId) -> Out<String> {
        if body.rank(id) == 0 {
            body.ready(id)?;
            return Ok(format!("Ok({})", body.entry(id, &[])?.text));
        }
        let text = match body.operation(id) {
            Operation::Input(_) | Operation::Transpose if is_algebraic(body, id) => {
                format!("{}.to_owned()", self.receiver(body, id)?)
            }
            _ => self.expression(body, id)?.text,
        };
        Ok(format!("Ok({text})"))
    }

    /// An array of its own, or a scalar.
    pub fn expression(&self, body: &mut Body<'_>, id: ArrayId) -> Out<Text> {
        if body.rank(id) > 0 && is_algebraic(body, id) {
            return self.algebra(body, id);
        }
        let args = body.args(id);
        Ok(match (body.operation(id), args) {
            (Operation::Product, [a, b]) if body.rank(id) == 0 => {
                let left = self.receiver(body, *a)?;
                let right = self.operand(body, *b)?.at(Level::Sign);
                Text::new(format!("{left}.transpose() * {right}"), Level::Product)
            }
            (Operation::Solve, [a, b]) => {
                let (a, b) = (self.view(body, *a)?, self.operand(body, *b)?);
                Text::atom(format!("lu({a})?.solve({})", b.text))
            }
            (Operation::Cholesky, [a]) => {
                Text::atom(format!("cholesky({})?", self.view(body, *a)?))
            }
            (Operation::Lu, [a]) => Text::atom(format!("lu({})?", self.view(body, *a)?)),
            (Operation::SolveCholesky, [f, b]) => {
                let (f, b) = (self.factors(body, *f)?, self.operand(body, *b)?);
                Text::atom(format!("{f}.solve({})", b.text))
            }
            (Operation::SolveLu { transposed }, [f, b]) => {
                let (f, b) = (self.factors(body, *f)?, self.operand(body, *b)?);
                let solve = if *transposed { "solve_transpose" } else { "solve" };
                Text::atom(format!("{f}.{solve}({})", b.text))
            }
            (Operation::LogDetCholesky, [f]) => {
                Text::atom(format!("log_det(&{})", self.factors(body, *f)?))
            }
            (Operation::LogDetLu, [f]) => {
                Text::atom(format!("log_abs_det(&{})", self.factors(body, *f)?))
            }
            (Operation::SolveTriangular { lower, transposed }, [a, b]) => {
                let a = self.view(body, *a)?;
                let a = if *transposed { format!("{a}.transpose()") } else { a };
                let which = if lower == transposed { "upper" } else { "lower" };
                Text::atom(format!("solve_{which}({a}, {})?", self.owned(body, *b)?))
            }
            (Operation::MatrixPower(power), [a]) => {
                Text::atom(format!("power({}, {power})", self.view(body, *a)?))
            }
            (Operation::Kernel(Kernel::Derivative(of)), [_, rest @ ..]) => {
                self.derivative(body, id, *of, rest)?
            }
            (Operation::Kernel(kernel), [a, rest @ ..]) => self.kernel(body, *kernel, *a, rest)?,
            _ => nested(body.nest(id)?),
        })
    }

    fn kernel(
        &self,
        body: &mut Body<'_>,
        kernel: Kernel,
        a: ArrayId,
        rest: &[ArrayId],
    ) -> Out<Text> {
        let called = match kernel {
            Kernel::Norm2 => {
                return Ok(Text::atom(format!("{}.norm_l2()", self.receiver(body, a)?)));
            }
            Kernel::LogDet => {
                return Ok(Text::atom(format!("log_abs_det(&lu({})?)", self.view(body, a)?)));
            }
            Kernel::Det => "determinant(#)",
            Kernel::DetSign => "determinant_sign(#)",
            Kernel::NormNuc => "nuclear_norm(#)?",
            Kernel::NormSpec => "spectral_norm(#)?",
            Kernel::SingularValues => "singular_values(#)?",
            Kernel::Adj => "adjugate(#)?",
            Kernel::Pinv => "pseudoinverse(#)?",
            Kernel::Expm => "expm(#)?",
            Kernel::Sqrtm => "sqrtm(#)?",
            Kernel::Logm => "logm(#)?",
            Kernel::Root => "principal_root(#, #2)?",
            Kernel::Cosm => "cosm(#)?",
            Kernel::Sinm => "sinm(#)?",
            Kernel::MatrixSign => "polar_factor(#)?",
            Kernel::TopDyad => "top_dyad(#)?",
            Kernel::LambdaMax => "largest_eigenvalue(#)?",
            Kernel::VectorMax => "top_eigenvector(#)?",
            Kernel::InverseRoot => "inverse_root(#, #2)?",
            Kernel::SingularClip => "clip_singular(#, #2, #3)?",
            Kernel::LowRank => "low_rank(#, %2)?",
            Kernel::SingularDyads => return self.dyads(body, a, rest),
            _ => return Err(body.unsupported(&Operation::Kernel(kernel))),
        };
        if body.rank(a) != 2 {
            return Err(body.unsupported(&Operation::Kernel(kernel)));
        }
        let text = body.with_arguments(called, kernel, rest)?;
        Ok(Text::atom(text.replace('#', &self.view(body, a)?)))
    }

    /// Singular dyads with weights, which are a column.
    fn dyads(&self, body: &mut Body<'_>, a: ArrayId, rest: &[ArrayId]) -> Out<Text> {
        match rest {
            [weights] if body.rank(*weights) == 1 && body.rank(a) == 2 => {
                let (a, weights) = (self.view(body, a)?, self.view(body, *weights)?);
                Ok(Text::atom(format!("dyads({a}, {weights})?")))
            }
            _ => Err(body.unsupported(&Operation::Kernel(Kernel::SingularDyads))),
        }
    }

    /// A derivative along directions.
    fn derivative(
        &self,
        body: &mut Body<'_>,
        id: ArrayId,
        of: Spectral,
        rest: &[ArrayId],
    ) -> Out<Text> {
        let a = body.args(id)[0];
        let (parameters, directions) = rest.split_at(of.arguments() - 1);
        let holes = match of {
            Spectral::LowRank => "%2, ",
            Spectral::Root | Spectral::InverseRoot => "#2, ",
            Spectral::SingularClip => "#2, #3, ",
            _ => "",
        };
        let weights = match parameters {
            [weights] if of == Spectral::SingularDyads => {
                if body.rank(*weights) != 1 {
                    return Err(body.unsupported(&Operation::Kernel(Kernel::Derivative(of))));
                }
                format!("{}, ", self.view(body, *weights)?)
            }
            _ => String::new(),
        };
        let parameters = body.with_arguments(holes, Kernel::Derivative(of), parameters)?;
        let mut along = Vec::new();
        for direction in directions {
            along.push(self.view(body, *direction)?);
        }
        let (name, a) = (derivative_name(of).trim_start_matches('_'), self.view(body, a)?);
        let text = format!("{name}({a}, {parameters}{weights}&[{}])?", along.join(", "));
        Ok(Text::atom(if body.rank(id) == 1 { format!("{text}.col(0).to_owned()") } else { text }))
    }

    /// Sums, multiples and products of matrices and columns.
    fn algebra(&self, body: &mut Body<'_>, id: ArrayId) -> Out<Text> {
        let args = body.args(id);
        Ok(match (body.operation(id), args) {
            (Operation::Input(word), _) => Text::atom(word),
            (Operation::Entrywise(sign), [a, b]) => {
                let (a, b) = (self.operand(body, *a)?, self.operand(body, *b)?);
                let sign = match sign {
                    Sign::Plus => "+",
                    Sign::Minus => "-",
                    Sign::Over => "/",
                    _ => "*",
                };
                Text::infix(sign, &a, &b)
            }
            (Operation::Negative, [a]) => self.operand(body, *a)?.negative(),
            (Operation::Transpose, [a]) => {
                Text::atom(format!("{}.transpose()", self.receiver(body, *a)?))
            }
            (Operation::Product, [a, b]) if body.rank(*a) == 1 => {
                // A row times a matrix is the transpose times a column.
                let left = match (body.operation(*b), body.args(*b)) {
                    (Operation::Transpose, [inner]) if body.text(*b).is_none() => {
                        self.operand(body, *inner)?
                    }
                    _ => Text::atom(format!("{}.transpose()", self.receiver(body, *b)?)),
                };
                Text::infix("*", &left, &self.operand(body, *a)?)
            }
            (Operation::Product, [a, b]) => {
                let (a, b) = (self.operand(body, *a)?, self.operand(body, *b)?);
                Text::infix("*", &a, &b)
            }
            (operation, _) => return Err(body.unsupported(operation)),
        })
    }

    /// An array or a scalar as an operand: a reference, or a value of its own.
    fn operand(&self, body: &mut Body<'_>, id: ArrayId) -> Out<Text> {
        if body.rank(id) == 0 {
            return body.scalar(id);
        }
        let shared = body.uses(id) > 1 && !matches!(body.operation(id), Operation::Transpose);
        if body.text(id).is_none() && (shared || !(is_algebraic(body, id) || is_call(body, id))) {
            body.bind(id)?;
        }
        match body.text(id) {
            Some(text) if body.is_input(id) => Ok(text.clone()),
            Some(text) => Ok(Text::new(format!("&{}", text.text), Level::Sign)),
            None => {
                let text = self.expression(body, id)?;
                // A transpose is a view, which must not outlive what it is of.
                if text.text.len() <= LONGEST || *body.operation(id) == Operation::Transpose {
                    return Ok(text);
                }
                let name = body.fresh();
                body.lines.push(format!("let {name} = {};", text.text));
                body.known(id, Text::atom(&name));
                Ok(Text::new(format!("&{name}"), Level::Sign))
            }
        }
    }

    /// An array that a method is called of.
    fn receiver(&self, body: &mut Body<'_>, id: ArrayId) -> Out<String> {
        let text = self.operand(body, id)?;
        Ok(match text.text.strip_prefix('&') {
            Some(name) if text.level == Level::Sign => name.to_owned(),
            _ => text.at(Level::Atom),
        })
    }

    /// A view of a matrix.
    fn view(&self, body: &mut Body<'_>, id: ArrayId) -> Out<String> {
        if body.text(id).is_none()
            && let (Operation::Transpose, [inner]) = (body.operation(id), body.args(id))
        {
            return Ok(format!("{}.transpose()", self.view(body, *inner)?));
        }
        body.bind(id)?;
        let name = self.receiver(body, id)?;
        Ok(if body.is_input(id) { name } else { format!("{name}.as_ref()") })
    }

    /// A matrix or column that may be overwritten.
    fn owned(&self, body: &mut Body<'_>, id: ArrayId) -> Out<String> {
        let text = self.operand(body, id)?;
        let borrowed =
            body.text(id).is_some() || matches!(body.operation(id), Operation::Transpose);
        Ok(if borrowed { format!("{}.to_owned()", self.receiver(body, id)?) } else { text.text })
    }

    /// The factors of a matrix.
    fn factors(&self, body: &mut Body<'_>, id: ArrayId) -> Out<String> {
        if body.uses(id) > 1 {
            body.bind(id)?;
        }
        match body.text(id) {
            Some(text) => Ok(text.text.clone()),
            None => Ok(self.expression(body, id)?.text),
        }
    }
}

/// Whether an array is made by operators between matrices and columns.
fn is_algebraic(body: &Body<'_>, id: ArrayId) -> bool {
    if body.text(id).is_some() {
        return true;
    }
    let args = body.args(id);
    let operand =
        |arg: &ArrayId| is_algebraic(body, *arg) || is_call(body, *arg) || body.rank(*arg) == 0;
    match (body.operation(id), args) {
        (_, _) if !(1..=2).contains(&body.rank(id)) => false,
        (Operation::Product, _) => true,
        (Operation::Transpose | Operation::Negative, [a]) => operand(a),
        (Operation::Entrywise(Sign::Plus | Sign::Minus), [a, b]) => {
            body.axes(*a) == body.axes(*b) && operand(a) && operand(b)
        }
        (Operation::Entrywise(Sign::Times), [a, b]) => {
            (body.rank(*a) == 0) != (body.rank(*b) == 0) && operand(a) && operand(b)
        }
        (Operation::Entrywise(Sign::Over), [a, b]) => body.rank(*b) == 0 && operand(a),
        _ => false,
    }
}

/// Whether an array is the result of a call.
fn is_call(body: &Body<'_>, id: ArrayId) -> bool {
    matches!(
        body.operation(id),
        Operation::Solve
            | Operation::SolveCholesky
            | Operation::SolveLu { .. }
            | Operation::SolveTriangular { .. }
            | Operation::MatrixPower(_)
            | Operation::Kernel(_)
    )
}
