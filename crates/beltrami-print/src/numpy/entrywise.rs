//! Kernels that are one NumPy or SciPy call, chosen by the shapes of the arguments.

use beltrami_core::{Kernel, Op, Shape};

use super::size::rank;

/// How a kernel is written.
pub(super) enum Form {
    /// An operator between two arguments.
    Infix(&'static str),
    /// One over the argument.
    Reciprocal,
    /// The argument itself.
    Argument,
    /// A template for the arguments.
    Call(String),
    /// A template for arguments of two axes with a result of two axes.
    OfMatrices(&'static str),
}

/// The form of a kernel; `None` for those with code of their own.
///
/// `size` gives the size an argument stands for.
pub(super) fn plain(
    op: &Op,
    shapes: &[&Shape],
    result: &Shape,
    size: &dyn Fn(usize) -> Option<String>,
) -> Option<Form> {
    use Form::{Argument, Call, Infix, OfMatrices, Reciprocal};
    let call = |template: &str| Some(Call(template.to_owned()));
    let first = shapes.first().map_or(0, |shape| rank(shape));
    let scalar = first == 0;
    match op.kernel {
        Kernel::Scale | Kernel::Hadamard => Some(Infix("*")),
        Kernel::Divide | Kernel::EDivide => Some(Infix("/")),
        Kernel::EPower => Some(Infix("**")),
        Kernel::Map(_) | Kernel::Max | Kernel::Min if op.numpy.is_empty() => None,
        Kernel::Map(_) | Kernel::Max | Kernel::Min => Some(Call(from_record(op.numpy))),
        Kernel::Sum | Kernel::Mean | Kernel::DiagMatrix | Kernel::DiagVector | Kernel::Vec
            if scalar =>
        {
            Some(Argument)
        }
        Kernel::Det | Kernel::LogSumExp | Kernel::Inv | Kernel::Softmax | Kernel::MatPower
            if scalar =>
        {
            match op.kernel {
                Kernel::Inv => Some(Reciprocal),
                Kernel::Softmax => call("1.0"),
                Kernel::MatPower => Some(Infix("**")),
                _ => Some(Argument),
            }
        }
        Kernel::Adj if scalar => call("1.0"),
        Kernel::Pinv if scalar => call("np.linalg.pinv(np.reshape(#1, (1, 1)))[0, 0]"),
        Kernel::Expm | Kernel::ExpmFrechet | Kernel::ExpmHigher if scalar => call("np.exp(#1)"),
        Kernel::Logm if scalar => call("np.log(#1)"),
        Kernel::LogmFrechet if scalar => Some(Reciprocal),
        Kernel::Sqrtm if scalar => call("np.sqrt(#1)"),
        Kernel::SqrtmFrechet if scalar => call("(0.5 / np.sqrt(#1))"),
        Kernel::LogDet if scalar => call("np.log(np.abs(#1))"),
        Kernel::Norm1 | Kernel::Norm2 | Kernel::NormInf | Kernel::NormNuc | Kernel::NormSpec
            if scalar =>
        {
            call("np.abs(#1)")
        }
        Kernel::LambdaMax if scalar => Some(Argument),
        Kernel::VectorMax if scalar => call("1.0"),
        Kernel::MatrixSign | Kernel::TopDyad if scalar => call("np.sign(#1)"),
        Kernel::Sum => call("np.sum(#1)"),
        Kernel::Mean => call("np.mean(#1)"),
        Kernel::SumColumns | Kernel::SumRows => Some(summed(op.kernel, shapes.first()?)),
        Kernel::DiagMatrix | Kernel::DiagVector => call("np.diag(#1)"),
        Kernel::LowerPart | Kernel::UpperPart if scalar => Some(Argument),
        Kernel::Defined => None,
        Kernel::LowerPart => Some(OfMatrices("np.tril(#1)")),
        Kernel::UpperPart => Some(OfMatrices("np.triu(#1)")),
        Kernel::Vec if first < 2 => Some(Argument),
        Kernel::Vec => call("#1.ravel(order=\"F\")"),
        Kernel::Unvec if rank(result) < 2 => Some(Argument),
        Kernel::Unvec => {
            Some(Call(format!("np.reshape(#1, ({}, {}), order=\"F\")", size(1)?, size(2)?)))
        }
        Kernel::Kron if shapes.iter().any(|shape| rank(shape) == 0) => Some(Infix("*")),
        Kernel::Kron if rank(result) == 1 => call("np.kron(#1, #2)"),
        Kernel::Kron => Some(OfMatrices("np.kron(#1, #2)")),
        Kernel::KhatriRao => Some(OfMatrices("_khatri_rao(#1, #2)")),
        Kernel::Eye => Some(Call(format!("np.eye({})", size(0)?))),
        Kernel::Ones => Some(Call(format!("np.ones({})", filled(shapes.len(), result, size)?))),
        Kernel::Zeros => Some(Call(format!("np.zeros({})", filled(shapes.len(), result, size)?))),
        Kernel::Commutation => Some(Call(format!("_commutation({}, {})", size(0)?, size(1)?))),
        Kernel::Unit => Some(Call(format!("_unit({}, {})", size(0)?, size(1)?))),
        Kernel::Det => call("np.linalg.det(#1)"),
        Kernel::LogDet => call("np.linalg.slogdet(#1)[1]"),
        Kernel::Adj => call("_adjugate(#1)"),
        Kernel::Pinv => Some(OfMatrices("np.linalg.pinv(#1)")),
        Kernel::Norm1 => call("np.sum(np.abs(#1))"),
        Kernel::NormInf => call("np.max(np.abs(#1))"),
        Kernel::NormNuc if first == 2 => call("np.linalg.norm(#1, \"nuc\")"),
        Kernel::NormSpec if first == 2 => call("np.linalg.norm(#1, 2)"),
        Kernel::Norm2 | Kernel::NormNuc | Kernel::NormSpec => call("np.linalg.norm(#1)"),
        Kernel::LogSumExp => call("scipy.special.logsumexp(#1)"),
        Kernel::Softmax => call("scipy.special.softmax(#1)"),
        Kernel::Expm => call("scipy.linalg.expm(#1)"),
        Kernel::Logm => call("np.real(scipy.linalg.logm(#1))"),
        Kernel::Sqrtm => call("np.real(scipy.linalg.sqrtm(#1))"),
        Kernel::ExpmFrechet => call("_dexpm(#1)"),
        Kernel::ExpmHigher => call("_dexpm(#1, #2)"),
        Kernel::LogmFrechet => call("_dlogm(#1)"),
        Kernel::SqrtmFrechet => call("_dsqrtm(#1)"),
        Kernel::LambdaMax => call("np.linalg.eigvalsh(#1)[-1]"),
        Kernel::VectorMax => call("_top_eigenvector(#1)"),
        Kernel::MatrixSign => Some(OfMatrices("_polar_factor(#1)")),
        Kernel::TopDyad => Some(OfMatrices("_top_dyad(#1)")),
        Kernel::SingularClip => call("_clip_singular(#1, #2, #3)"),
        Kernel::SingularClipDerivative if rank(result) == 0 => {
            call("_clip_derivative(#1, #2, #3, #4)[0, 0]")
        }
        Kernel::SingularClipDerivative => call("_clip_derivative(#1, #2, #3, #4)"),
        Kernel::LowRank => call("_low_rank(#1, #2)"),
        Kernel::LowRankDerivative if rank(result) == 0 => {
            call("_low_rank_derivative(#1, #2, #3)[0, 0]")
        }
        Kernel::LowRankDerivative => call("_low_rank_derivative(#1, #2, #3)"),
        Kernel::SingularValues if rank(result) == 0 => call("_singular_values(#1)[0]"),
        Kernel::SingularValues => call("_singular_values(#1)"),
        Kernel::SingularValuesDerivative => match rank(result) {
            0 => call("_singular_values_derivative(#1, #2)[0, 0]"),
            1 => call("_singular_values_derivative(#1, #2)[0]"),
            _ => call("_singular_values_derivative(#1, #2)"),
        },
        Kernel::InverseRoot if scalar => call("(#1 ** (-1 / #2))"),
        Kernel::InverseRoot => call("_inverse_root(#1, #2)"),
        Kernel::InverseRootDerivative if scalar => {
            call("_inverse_root_derivative(np.reshape(#1, (1, 1)), #2, #3)[0, 0]")
        }
        Kernel::InverseRootDerivative => call("_inverse_root_derivative(#1, #2, #3)"),
        Kernel::Add
        | Kernel::Sub
        | Kernel::Neg
        | Kernel::MatMul
        | Kernel::Transpose
        | Kernel::Power => None,
        Kernel::MatPower
        | Kernel::Trace
        | Kernel::HCat
        | Kernel::VCat
        | Kernel::Entry
        | Kernel::Einsum
        | Kernel::Inv => None,
    }
}

/// A record's template, its parentheses around arguments left to the printer where they are not those of a call.
fn from_record(template: &str) -> String {
    let mut out = template.to_owned();
    for hole in ["#1", "#2"] {
        let enclosed = format!("({hole})");
        let mut from = 0;
        while let Some(at) = out[from..].find(&enclosed).map(|at| from + at) {
            let called = out[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            if !called {
                out.replace_range(at..at + enclosed.len(), hole);
            }
            from = at + hole.len();
        }
    }
    out
}

fn summed(kernel: Kernel, shape: &Shape) -> Form {
    let columns = kernel == Kernel::SumColumns;
    match rank(shape) {
        0 => Form::Argument,
        1 if shape.is_vector() == columns => Form::Call(String::from("np.sum(#1)")),
        1 => Form::Argument,
        _ => Form::Call(format!("np.sum(#1, axis={})", if columns { 0 } else { 1 })),
    }
}

/// The shape argument of `np.ones`; scalars are arrays without axes.
fn filled(count: usize, result: &Shape, size: &dyn Fn(usize) -> Option<String>) -> Option<String> {
    match (rank(result), count) {
        (0, _) => Some(String::from("()")),
        (1, 2) if result.is_row() => size(1),
        (1, _) => size(0),
        _ => Some(format!("({}, {})", size(0)?, size(1)?)),
    }
}
