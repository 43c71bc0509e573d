//! Kernels that are one array operation, chosen by the shapes of the arguments.

use beltrami_core::{Composition, Dim, Kernel, Map, Number, Op, Shape, Spectral};

use super::operation::{Operation, Sign};
use super::shape::rank;

/// How a kernel is computed.
pub(super) enum Form {
    /// An operator between the entries of two arguments.
    Infix(Sign),
    /// A number over the argument.
    Over(Number),
    /// A power, this number over the second argument.
    Root(Number),
    /// The logarithm of the absolute value.
    LogOfAbs,
    /// The argument itself.
    Argument,
    /// The number one.
    One,
    /// An operation on the arguments.
    Call(Operation),
    /// An operation on the first argument, the others being sizes.
    OfFirst(Operation),
    /// An operation on sizes alone.
    Made(Operation),
    /// An operation on arguments of two axes with a result of two axes.
    OfMatrices(Operation),
    /// The kernel on its arguments.
    Kernel,
    /// The kernel on its arguments, the first and the result with two axes.
    OfMatrix,
    /// The formula of a composed function.
    Formula(&'static Composition),
    /// A derivative on arguments and directions, these and the first with two axes, and whether the result is one value.
    Along(Spectral, bool),
    /// The one entry of an array of singular values.
    SingularValue,
}

/// The form of a kernel; `None` for those with code of their own.
///
/// `size` gives the size an argument stands for.
pub(super) fn form(
    op: &Op,
    shapes: &[&Shape],
    result: &Shape,
    size: &dyn Fn(usize) -> Option<Dim>,
) -> Option<Form> {
    use Form::{Argument, Call, Infix, Made, OfFirst, OfMatrices};
    let first = shapes.first().map_or(0, |shape| rank(shape));
    if let (0, Some(form)) = (first, of_scalar(op.kernel)) {
        return Some(form);
    }
    match op.kernel {
        Kernel::Scale | Kernel::Hadamard => Some(Infix(Sign::Times)),
        Kernel::Divide | Kernel::EDivide => Some(Infix(Sign::Over)),
        Kernel::EPower => Some(Infix(Sign::Power)),
        Kernel::Map(map) => Some(Call(Operation::Map(map, op.numpy))),
        Kernel::Composed(composition) => Some(Form::Formula(composition)),
        Kernel::Max => Some(Call(Operation::Maximum)),
        Kernel::Min => Some(Call(Operation::Minimum)),
        Kernel::Above => Some(Call(Operation::Above)),
        Kernel::Sum => Some(Call(Operation::Sum)),
        Kernel::Mean => Some(Call(Operation::Mean)),
        Kernel::SumColumns | Kernel::SumRows => Some(summed(op.kernel, shapes.first()?)),
        Kernel::DiagMatrix if first == 2 => Some(Call(Operation::Diagonal)),
        Kernel::DiagMatrix => Some(Call(Operation::Diagonalised)),
        Kernel::DiagVector if first == 1 => Some(Call(Operation::Diagonalised)),
        Kernel::DiagVector => Some(Call(Operation::Diagonal)),
        Kernel::LowerPart => Some(OfMatrices(Operation::Lower)),
        Kernel::UpperPart => Some(OfMatrices(Operation::Upper)),
        Kernel::Vec if first < 2 => Some(Argument),
        Kernel::Vec => Some(Call(Operation::StackedColumns)),
        Kernel::Unvec if rank(result) < 2 => Some(Argument),
        Kernel::Unvec => Some(OfFirst(Operation::Unstacked(size(1)?, size(2)?))),
        Kernel::Kron if shapes.iter().any(|shape| rank(shape) == 0) => Some(Infix(Sign::Times)),
        Kernel::Kron if rank(result) == 1 => Some(Call(Operation::Kron)),
        Kernel::Kron => Some(OfMatrices(Operation::Kron)),
        Kernel::KhatriRao => Some(OfMatrices(Operation::KhatriRao)),
        Kernel::Eye => Some(Made(Operation::Eye(size(0)?))),
        Kernel::Ones | Kernel::Zeros => {
            let axes = filled(shapes.len(), result, size)?;
            Some(Made(Operation::Filled(op.kernel == Kernel::Ones, axes)))
        }
        Kernel::Commutation => Some(Made(Operation::Commutation(size(0)?, size(1)?))),
        Kernel::Unit => Some(Made(Operation::Unit(size(0)?, size(1)?))),
        Kernel::Pinv => Some(OfMatrices(Operation::Kernel(op.kernel))),
        Kernel::MatrixSign | Kernel::TopDyad => Some(OfMatrices(Operation::Kernel(op.kernel))),
        Kernel::NormNuc | Kernel::NormSpec if first < 2 => {
            Some(Call(Operation::Kernel(Kernel::Norm2)))
        }
        Kernel::SingularClip | Kernel::LowRank | Kernel::SingularDyads => Some(Form::OfMatrix),
        Kernel::Derivative(of) => {
            let along = shapes.get(of.arguments()..).unwrap_or_default();
            Some(Form::Along(of, !along.is_empty() && along.iter().all(|e| *e == shapes[0])))
        }
        Kernel::SingularValues if rank(result) == 0 => Some(Form::SingularValue),
        Kernel::Det
        | Kernel::LogDet
        | Kernel::DetSign
        | Kernel::Adj
        | Kernel::Norm1
        | Kernel::Norm2
        | Kernel::NormInf
        | Kernel::NormNuc
        | Kernel::NormSpec
        | Kernel::LogSumExp
        | Kernel::Softmax
        | Kernel::Expm
        | Kernel::Logm
        | Kernel::Sqrtm
        | Kernel::Root
        | Kernel::Cosm
        | Kernel::Sinm
        | Kernel::LambdaMax
        | Kernel::VectorMax
        | Kernel::SingularValues
        | Kernel::InverseRoot => Some(Form::Kernel),
        Kernel::Add
        | Kernel::Sub
        | Kernel::Neg
        | Kernel::MatMul
        | Kernel::Transpose
        | Kernel::Power
        | Kernel::MatPower
        | Kernel::ArgMax
        | Kernel::Trace
        | Kernel::HCat
        | Kernel::VCat
        | Kernel::Entry
        | Kernel::Einsum
        | Kernel::Inv
        | Kernel::Defined => None,
    }
}

/// What programs call the derivative of a function along directions.
pub(crate) fn derivative_name(of: Spectral) -> &'static str {
    match of {
        Spectral::Expm => "_dexpm",
        Spectral::Logm => "_dlogm",
        Spectral::Sqrtm => "_dsqrtm",
        Spectral::Root => "_droot",
        Spectral::InverseRoot => "_dinvroot",
        Spectral::Cosm => "_dcosm",
        Spectral::Sinm => "_dsinm",
        Spectral::MatrixSign => "_dmsign",
        Spectral::SingularClip => "_dmclip",
        Spectral::LowRank => "_dlowrank",
        Spectral::Adjugate => "_dadj",
        Spectral::SingularValues => "_dsvdvals",
        Spectral::SingularDyads => "_ddyads",
    }
}

/// The form of a function of matrices whose argument is a number, where that is a form of its own.
fn of_scalar(kernel: Kernel) -> Option<Form> {
    let of = |map: Map, template: &'static str| Some(Form::Call(Operation::Map(map, template)));
    match kernel {
        Kernel::Sum | Kernel::Mean | Kernel::DiagMatrix | Kernel::DiagVector | Kernel::Vec => {
            Some(Form::Argument)
        }
        Kernel::Det | Kernel::LogSumExp | Kernel::LambdaMax => Some(Form::Argument),
        Kernel::LowerPart | Kernel::UpperPart => Some(Form::Argument),
        Kernel::Inv => Some(Form::Over(Number::ONE)),
        Kernel::MatPower => Some(Form::Infix(Sign::Power)),
        Kernel::ArgMax | Kernel::Softmax | Kernel::Adj | Kernel::VectorMax => Some(Form::One),
        Kernel::Expm => of(Map::Exp, "np.exp(#1)"),
        Kernel::Logm => of(Map::Log, "np.log(#1)"),
        Kernel::Sqrtm => of(Map::Sqrt, "np.sqrt(#1)"),
        Kernel::Cosm => of(Map::Cos, "np.cos(#1)"),
        Kernel::Sinm => of(Map::Sin, "np.sin(#1)"),
        Kernel::LogDet => Some(Form::LogOfAbs),
        Kernel::DetSign => of(Map::Sign, "np.sign(#1)"),
        Kernel::Norm1 | Kernel::Norm2 | Kernel::NormInf | Kernel::NormNuc | Kernel::NormSpec => {
            of(Map::Abs, "np.abs(#1)")
        }
        Kernel::MatrixSign | Kernel::TopDyad => of(Map::Sign, "np.sign(#1)"),
        Kernel::Root => Some(Form::Root(Number::ONE)),
        Kernel::InverseRoot => Some(Form::Root(Number::MINUS_ONE)),
        _ => None,
    }
}

fn summed(kernel: Kernel, shape: &Shape) -> Form {
    let columns = kernel == Kernel::SumColumns;
    match rank(shape) {
        0 => Form::Argument,
        1 if shape.is_vector() == columns => Form::Call(Operation::Sum),
        1 => Form::Argument,
        _ => Form::Call(Operation::SumAlong(if columns { 0 } else { 1 })),
    }
}

/// The axes of a constant array.
fn filled(count: usize, result: &Shape, size: &dyn Fn(usize) -> Option<Dim>) -> Option<Vec<Dim>> {
    Some(match (rank(result), count) {
        (0, _) => Vec::new(),
        (1, 2) if result.is_row() => vec![size(1)?],
        (1, _) => vec![size(0)?],
        _ => vec![size(0)?, size(1)?],
    })
}
