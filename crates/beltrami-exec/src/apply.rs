//! One kernel applied to values.

use beltrami_core::{Kernel, Spectral};
use beltrami_linalg::matfun::action::expm_action;

use crate::contraction::einsum;
use crate::error::ExecError;
use crate::kernel::preparation::Preparations;
use crate::kernel::spectral::{self, Function};
use crate::kernel::{construction, elementwise, layout, real, reduction};
use crate::power::power;
use crate::ring;
use crate::scalar::Scalar;
use crate::tensor::{Tensor, size_text};

/// The value of a kernel.
///
/// `spec` is the text of an einsum, `None` for every other kernel. Sizes and indices are 1×1 arguments.
/// Real numbers, and jets without infinitesimal parts, go to beltrami-linalg; other jets are computed in their ring.
/// # Errors
/// See [`ExecError`]; a result that is NaN or infinite is [`ExecError::NotFinite`].
pub fn apply<S: Scalar>(
    kernel: Kernel,
    spec: Option<&str>,
    args: &[&Tensor<S>],
) -> Result<Tensor<S>, ExecError> {
    if !args.iter().all(|arg| arg.is_finite()) {
        return Err(ExecError::NotFinite { function: format!("an argument of kernel {kernel:?}") });
    }
    let value = compute(kernel, spec, args)?;
    if !value.is_finite() {
        return Err(ExecError::NotFinite { function: format!("the result of kernel {kernel:?}") });
    }
    Ok(value)
}

/// The value of a kernel for numbers; functions of matrices are prepared once for all applications to one matrix.
///
/// # Errors
/// As [`apply`].
pub(crate) fn apply_prepared(
    kernel: Kernel,
    spec: Option<&str>,
    args: &[&Tensor<f64>],
    preparations: &mut Preparations,
) -> Result<Tensor<f64>, ExecError> {
    let finite = args.iter().all(|arg| arg.is_finite());
    let value = match (kernel, Spectral::of(kernel), args) {
        // In plans alone: the exponential times a thin matrix.
        (Kernel::Expm, _, [a, b]) if finite => {
            let (a, b) = (matrix(kernel, a)?.to_matrix()?, matrix(kernel, b)?.to_matrix()?);
            Tensor::from_matrix(expm_action(&a, &b)?)
        }
        (
            Kernel::SingularDyads | Kernel::Derivative(Spectral::SingularDyads),
            _,
            [a, w, directions @ ..],
        ) if finite => {
            let (a, directions) = dyads(kernel, a, directions)?;
            let prepared = preparations.at(Function::SingularValues, a)?;
            spectral::dyads(a, w, Some(prepared), &directions, kernel != Kernel::SingularDyads)?
        }
        (Kernel::Derivative(of), ..) if finite => {
            let (function, a, directions) = directional(of, args)?;
            let prepared = preparations.at(function, a)?;
            function.derivative_at(a, Some(prepared), &directions)?
        }
        (_, Some(_), [a, parameters @ ..]) if finite => {
            let a = matrix(kernel, a)?;
            let function = function(kernel, a, parameters)?;
            function.value_at(a, preparations.at(function, a)?)?
        }
        _ => return apply(kernel, spec, args),
    };
    if !value.is_finite() {
        return Err(ExecError::NotFinite { function: format!("the result of kernel {kernel:?}") });
    }
    Ok(value)
}

fn compute<S: Scalar>(
    kernel: Kernel,
    spec: Option<&str>,
    args: &[&Tensor<S>],
) -> Result<Tensor<S>, ExecError> {
    match kernel {
        Kernel::Einsum => {
            let text = spec.ok_or_else(|| ExecError::Einsum("the text is missing".to_owned()))?;
            einsum(text, args)
        }
        Kernel::HCat | Kernel::VCat => {
            let parts =
                args.iter().map(|arg| matrix(kernel, arg)).collect::<Result<Vec<_>, _>>()?;
            if kernel == Kernel::HCat { layout::beside(&parts) } else { layout::below(&parts) }
        }
        Kernel::Ones | Kernel::Zeros => {
            let x = if kernel == Kernel::Ones { 1.0 } else { 0.0 };
            construction::filled(&sizes_of(kernel, args, 1..=2)?, x)
        }
        Kernel::Entry => {
            let [a, indices @ ..] = args else { return Err(count(kernel, args.len())) };
            let indices = sizes_of(kernel, indices, 1..=2)?;
            layout::entry(matrix(kernel, a)?, &indices).map(Tensor::scalar)
        }
        Kernel::SingularDyads | Kernel::Derivative(Spectral::SingularDyads) => {
            let [a, w, directions @ ..] = args else { return Err(count(kernel, args.len())) };
            let (a, directions) = dyads(kernel, a, directions)?;
            let own = kernel != Kernel::SingularDyads;
            if !a.is_constant() {
                return spectral::dyads(a, w, None, &directions, own);
            }
            let prepared = Function::SingularValues.prepared(&S::real_tensor(a))?;
            spectral::dyads(a, w, Some(&*prepared), &directions, own)
        }
        Kernel::Derivative(of) => {
            let (function, a, directions) = directional(of, args)?;
            function.derivative(a, &directions)
        }
        Kernel::SingularClip | Kernel::LowRank | Kernel::Root | Kernel::InverseRoot => {
            let [a, parameters @ ..] = args else { return Err(count(kernel, args.len())) };
            let a = matrix(kernel, a)?;
            function(kernel, a, parameters)?.value(a)
        }
        _ => match *args {
            [a] => unary(kernel, a),
            [a, b] => binary(kernel, a, b),
            [a, b, c] if kernel == Kernel::Unvec => {
                layout::unvec(a, size(kernel, b)?, size(kernel, c)?)
            }
            _ => Err(count(kernel, args.len())),
        },
    }
}

fn unary<S: Scalar>(kernel: Kernel, a: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    match kernel {
        Kernel::Neg => Ok(a.map(|x| -*x)),
        Kernel::Map(map) => elementwise::map(map, a),
        Kernel::Composed(composition) => elementwise::composed(composition, a),
        Kernel::Sum => Ok(Tensor::scalar(reduction::sum(a))),
        Kernel::Mean => reduction::mean(a).map(Tensor::scalar),
        Kernel::Norm1 => reduction::norm_one(a).map(Tensor::scalar),
        Kernel::Norm2 => reduction::norm_two(a).map(Tensor::scalar),
        Kernel::NormInf => reduction::norm_infinity(a).map(Tensor::scalar),
        Kernel::ArgMax => reduction::arg_max(a),
        Kernel::LogSumExp => reduction::log_sum_exp(a).map(Tensor::scalar),
        Kernel::Softmax => reduction::softmax(a),
        Kernel::Transpose => Ok(matrix(kernel, a)?.transpose()),
        Kernel::SumColumns => Ok(reduction::sum_columns(matrix(kernel, a)?)),
        Kernel::SumRows => Ok(reduction::sum_rows(matrix(kernel, a)?)),
        Kernel::Trace => Ok(Tensor::scalar(reduction::trace(square(kernel, a)?))),
        Kernel::DiagMatrix => layout::diagonal_matrix(a),
        Kernel::DiagVector => Ok(layout::diagonal_vector(square(kernel, a)?)),
        Kernel::LowerPart => Ok(layout::triangle(matrix(kernel, a)?, |i, j| i >= j)),
        Kernel::UpperPart => Ok(layout::triangle(matrix(kernel, a)?, |i, j| i <= j)),
        Kernel::Vec => Ok(matrix(kernel, a)?.stacked()),
        Kernel::Eye => construction::eye(size(kernel, a)?),
        Kernel::SingularValues => spectral::singular_values(matrix(kernel, a)?),
        _ => matrix_function(kernel, a),
    }
}

fn binary<S: Scalar>(kernel: Kernel, a: &Tensor<S>, b: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    match kernel {
        Kernel::Add => elementwise::zip(kernel, a, b, |x, y| Ok(x + y)),
        Kernel::Sub => elementwise::zip(kernel, a, b, |x, y| Ok(x - y)),
        Kernel::Hadamard => elementwise::zip(kernel, a, b, |x, y| Ok(x * y)),
        Kernel::EDivide => elementwise::zip(kernel, a, b, S::divide),
        Kernel::EPower => elementwise::zip(kernel, a, b, power),
        Kernel::Max => elementwise::zip(kernel, a, b, elementwise::larger),
        Kernel::Min => elementwise::zip(kernel, a, b, elementwise::smaller),
        Kernel::Above => elementwise::zip(kernel, a, b, elementwise::above),
        Kernel::Scale => {
            let factor = scalar(kernel, a)?;
            Ok(b.map(|x| factor * *x))
        }
        Kernel::Divide => elementwise::divide_all(a, scalar(kernel, b)?),
        Kernel::Power => elementwise::power_all(a, scalar(kernel, b)?),
        Kernel::MatMul => {
            let (a, b) = (matrix(kernel, a)?, matrix(kernel, b)?);
            if a.cols() != b.rows() {
                let detail = format!("{} times {}", size_text(a.dims()), size_text(b.dims()));
                return Err(ExecError::shape(kernel, detail));
            }
            ring::matmul(a, b)
        }
        Kernel::MatPower => {
            let exponent = scalar(kernel, b)?;
            let k = exponent.real();
            // Every integer below 2^53 is exact.
            if k.fract() != 0.0 || k.abs() > 9e15 || !exponent.is_constant() {
                return Err(ExecError::shape(
                    kernel,
                    format!("the exponent {k} is not a constant integer"),
                ));
            }
            ring::matrix_power(square(kernel, a)?, k as i64)
        }
        Kernel::Kron => layout::kron(matrix(kernel, a)?, matrix(kernel, b)?),
        Kernel::KhatriRao => layout::khatri_rao(matrix(kernel, a)?, matrix(kernel, b)?),
        Kernel::Commutation => construction::commutation(size(kernel, a)?, size(kernel, b)?),
        Kernel::Unit => construction::unit(size(kernel, a)?, size(kernel, b)?),
        _ => Err(count(kernel, 2)),
    }
}

fn matrix_function<S: Scalar>(kernel: Kernel, a: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    let rectangular = matches!(
        kernel,
        Kernel::Pinv | Kernel::NormNuc | Kernel::NormSpec | Kernel::MatrixSign | Kernel::TopDyad
    );
    let a = if rectangular { matrix(kernel, a)? } else { square(kernel, a)? };
    if a.is_constant() {
        let value =
            real::matrix_function(kernel, &S::real_tensor(a)).ok_or_else(|| count(kernel, 1))??;
        return Ok(S::lift_tensor(value));
    }
    match kernel {
        Kernel::Inv => ring::inverse(a),
        Kernel::Adj => ring::adjugate(a),
        Kernel::Pinv => ring::pinv(a),
        Kernel::Expm => ring::expm(a),
        Kernel::Logm => ring::logm(a, &[]),
        Kernel::Sqrtm => ring::sqrtm(a, &[]),
        Kernel::Cosm => ring::cosm(a, &[]),
        Kernel::Sinm => ring::sinm(a, &[]),
        Kernel::MatrixSign => ring::msign(a),
        Kernel::TopDyad => ring::top_dyad(a),
        Kernel::VectorMax => ring::vector_max(a),
        Kernel::Det => ring::det(a).map(Tensor::scalar),
        Kernel::LogDet => ring::logdet(a).map(Tensor::scalar),
        Kernel::DetSign => ring::detsign(a).map(Tensor::scalar),
        Kernel::NormNuc => ring::norm_nuclear(a).map(Tensor::scalar),
        Kernel::NormSpec => ring::norm_spectral(a).map(Tensor::scalar),
        Kernel::LambdaMax => ring::lambda_max(a).map(Tensor::scalar),
        _ => Err(count(kernel, 1)),
    }
}

/// The function of eigenvalues or singular values that a kernel computes, with its parameters.
fn function<S: Scalar>(
    kernel: Kernel,
    a: &Tensor<S>,
    parameters: &[&Tensor<S>],
) -> Result<Function<S>, ExecError> {
    if Spectral::of(kernel).is_some_and(Spectral::is_square) {
        square(kernel, a)?;
    }
    Ok(match (kernel, parameters) {
        (Kernel::Expm, []) => Function::Expm,
        (Kernel::Logm, []) => Function::Logm,
        (Kernel::Sqrtm, []) => Function::Sqrtm,
        (Kernel::Cosm, []) => Function::Cosm,
        (Kernel::Sinm, []) => Function::Sinm,
        (Kernel::Adj, []) => Function::Adjugate,
        (Kernel::SingularValues, []) => Function::SingularValues,
        (Kernel::MatrixSign, []) => Function::Sign,
        (Kernel::SingularClip, [low, high]) => {
            Function::Clip(scalar(kernel, low)?, scalar(kernel, high)?)
        }
        (Kernel::LowRank, [rank]) => Function::LowRank(size(kernel, rank)?),
        (Kernel::Root, [p]) => Function::Root(size(kernel, p)?),
        (Kernel::InverseRoot, [p]) => Function::InverseRoot(size(kernel, p)?),
        _ => return Err(count(kernel, parameters.len() + 1)),
    })
}

/// The matrix and the directions of dyads with weights.
fn dyads<'e, S: Scalar>(
    kernel: Kernel,
    a: &'e Tensor<S>,
    directions: &[&'e Tensor<S>],
) -> Result<(&'e Tensor<S>, Vec<&'e Tensor<S>>), ExecError> {
    let a = matrix(kernel, a)?;
    let directions = directions.iter().map(|e| direction(kernel, a, e));
    Ok((a, directions.collect::<Result<_, _>>()?))
}

/// A function, a matrix and directions.
type Directional<'e, S> = (Function<S>, &'e Tensor<S>, Vec<&'e Tensor<S>>);

/// The function, the matrix and the directions of a derivative.
fn directional<'e, S: Scalar>(
    of: Spectral,
    args: &[&'e Tensor<S>],
) -> Result<Directional<'e, S>, ExecError> {
    let kernel = Kernel::Derivative(of);
    let Some(([a, parameters @ ..], directions)) = args.split_at_checked(of.arguments()) else {
        return Err(count(kernel, args.len()));
    };
    let a = matrix(kernel, a)?;
    let directions = directions.iter().map(|e| direction(kernel, a, e));
    Ok((function(of.kernel(), a, parameters)?, a, directions.collect::<Result<_, _>>()?))
}

/// A direction of a derivative at `a`: of its shape, or with as many rows as it has entries.
fn direction<'e, S: Scalar>(
    kernel: Kernel,
    a: &Tensor<S>,
    e: &'e Tensor<S>,
) -> Result<&'e Tensor<S>, ExecError> {
    let e = matrix(kernel, e)?;
    if e.dims() == a.dims() || e.rows() == a.rows() * a.cols() {
        return Ok(e);
    }
    let detail = format!("a direction {} at {}", size_text(e.dims()), size_text(a.dims()));
    Err(ExecError::shape(kernel, detail))
}

fn count(kernel: Kernel, found: usize) -> ExecError {
    ExecError::shape(kernel, format!("{found} arguments are not what the kernel takes"))
}

fn matrix<S: Scalar>(kernel: Kernel, a: &Tensor<S>) -> Result<&Tensor<S>, ExecError> {
    if a.is_matrix() {
        return Ok(a);
    }
    Err(ExecError::shape(kernel, format!("a matrix is needed, not {}", size_text(a.dims()))))
}

fn square<S: Scalar>(kernel: Kernel, a: &Tensor<S>) -> Result<&Tensor<S>, ExecError> {
    if a.is_matrix() && a.rows() == a.cols() {
        return Ok(a);
    }
    Err(ExecError::shape(kernel, format!("a square matrix is needed, not {}", size_text(a.dims()))))
}

fn scalar<S: Scalar>(kernel: Kernel, a: &Tensor<S>) -> Result<S, ExecError> {
    match a.data() {
        [x] if a.is_scalar() => Ok(*x),
        _ => Err(ExecError::shape(
            kernel,
            format!("a scalar is needed, not {}", size_text(a.dims())),
        )),
    }
}

fn size<S: Scalar>(kernel: Kernel, a: &Tensor<S>) -> Result<usize, ExecError> {
    let n = scalar(kernel, a)?.real();
    // Sizes beyond 2^40 are beyond any memory, and this far numbers are exact.
    if n.fract() == 0.0 && (0.0..=1.1e12).contains(&n) {
        return Ok(n as usize);
    }
    Err(ExecError::shape(kernel, format!("{n} is not a size")))
}

fn sizes_of<S: Scalar>(
    kernel: Kernel,
    args: &[&Tensor<S>],
    accepted: std::ops::RangeInclusive<usize>,
) -> Result<Vec<usize>, ExecError> {
    if !accepted.contains(&args.len()) {
        return Err(count(kernel, args.len()));
    }
    args.iter().map(|arg| size(kernel, arg)).collect()
}
