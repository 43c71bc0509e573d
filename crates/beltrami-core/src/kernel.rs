//! The closed set of computations that every executor implements and every printer knows.
//!
//! Operations are open-ended and name a kernel; engines match on kernels and never on operations.

use crate::map::{Composition, Map};
use crate::spectral::Spectral;

/// What an operation computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kernel {
    /// `A + B`, shapes equal.
    Add,
    /// `A - B`, shapes equal.
    Sub,
    /// `-A`.
    Neg,
    /// `a*B`, scalar first.
    Scale,
    /// `A*B`, matrix product.
    MatMul,
    /// `A'`.
    Transpose,
    /// `A.*B`, shapes equal.
    Hadamard,
    /// `A/b`, divisor scalar.
    Divide,
    /// `A./B`, shapes equal.
    EDivide,
    /// Entry-wise power with one scalar exponent: `a^b`, `A.^b`.
    Power,
    /// Entry-wise power with an exponent per entry: `A.^B`.
    EPower,
    /// Integer power of a square matrix, `A^k`, negative `k` meaning powers of the inverse.
    MatPower,
    /// A scalar function applied to every entry.
    Map(Map),
    /// A scalar function that is composed of others, applied to every entry.
    Composed(&'static Composition),
    /// Entry-wise maximum of two values of equal shape.
    Max,
    /// Entry-wise minimum of two values of equal shape.
    Min,
    /// Entry-wise comparison of two values of equal shape: 1 where the first is larger, 1/2 where both are equal, 0 elsewhere.
    Above,
    /// `1/k` at each of the `k` entries that are largest, 0 elsewhere.
    ArgMax,
    /// Sum of all entries.
    Sum,
    /// Sum of each column, a row `1×n` (`sum(A, 1)`); the axis is not an argument of the kernel.
    SumColumns,
    /// Sum of each row, a column `m×1` (`sum(A, 2)`); the axis is not an argument of the kernel.
    SumRows,
    /// Mean of all entries.
    Mean,
    /// Trace.
    Trace,
    /// Square matrix with the given vector (or row) on the diagonal.
    DiagMatrix,
    /// Column of the diagonal entries of a square matrix.
    DiagVector,
    /// The entries on and below the diagonal, zeros above.
    LowerPart,
    /// The entries on and above the diagonal, zeros below.
    UpperPart,
    /// Columns stacked into one column.
    Vec,
    /// `unvec(x, m, n)`: the `m×n` matrix whose stacked columns are `x`.
    Unvec,
    /// Kronecker product.
    Kron,
    /// Column-wise Khatri–Rao product.
    KhatriRao,
    /// `[A, B]`.
    HCat,
    /// `[A; B]`.
    VCat,
    /// `A[i, j]` or `x[i]`, indices from 1.
    Entry,
    /// `eye(n)`.
    Eye,
    /// `ones(m, n)`, or `ones(n)` for a column.
    Ones,
    /// `zeros(m, n)`, or `zeros(n)` for a column.
    Zeros,
    /// `K(m, n)`, the `mn×mn` commutation matrix: `K(m,n)*vec(A) = vec(A')` for `A` of shape `m×n`.
    Commutation,
    /// `unit(i, n)`, the `i`-th column of `eye(n)`, counted from 1.
    Unit,
    /// `einsum("ij,jk->ik", A, B)`; parentheses group indices into one axis, slow index first.
    Einsum,
    /// Inverse of a square matrix.
    Inv,
    /// Determinant.
    Det,
    /// `log|det(A)|`.
    LogDet,
    /// Sign of the determinant: -1, 0 or 1.
    DetSign,
    /// Adjugate, `det(A)*inv(A)` where `A` is invertible.
    Adj,
    /// Moore–Penrose pseudoinverse.
    Pinv,
    /// Sum of the absolute values of all entries.
    Norm1,
    /// Euclidean norm of a vector, Frobenius norm of a matrix.
    Norm2,
    /// Largest absolute value of an entry.
    NormInf,
    /// Nuclear norm, the sum of the singular values.
    NormNuc,
    /// Spectral norm, the largest singular value.
    NormSpec,
    /// `log(sum(exp(A)))`, computed without overflow.
    LogSumExp,
    /// `exp(A)/sum(exp(A))`, computed without overflow.
    Softmax,
    /// Matrix exponential.
    Expm,
    /// Principal matrix logarithm.
    Logm,
    /// Principal matrix square root.
    Sqrtm,
    /// `A^(1/p)`, principal, the order the second argument.
    Root,
    /// Cosine of a square matrix.
    Cosm,
    /// Sine of a square matrix.
    Sinm,
    /// Derivative of a function along the directions that follow its arguments, see [`crate::directional`].
    Derivative(Spectral),
    /// Largest eigenvalue of a symmetric matrix.
    LambdaMax,
    /// Unit eigenvector of the largest eigenvalue of a symmetric matrix, largest entry positive.
    VectorMax,
    /// Polar factor `U*V'` of the thin singular value decomposition.
    MatrixSign,
    /// `u₁*v₁'`, the outer product of the leading singular vectors.
    TopDyad,
    /// Singular values clipped to an interval, the bounds the second and third argument.
    SingularClip,
    /// Best approximation of given rank.
    LowRank,
    /// Column of the singular values, descending.
    SingularValues,
    /// `U*diag(w)*V'` with the singular vectors, the weights the second argument.
    SingularDyads,
    /// `A^(-1/p)` of a symmetric positive definite matrix.
    InverseRoot,
    /// Nothing of its own: the operation abbreviates the text of its record's definition and is replaced by it.
    Defined,
}

impl Kernel {
    /// Whether rounding errors are small relative to the norm of the result only, not entry by entry, as with every
    /// algorithm that is backward stable and no more (Higham, *Functions of Matrices*, §4).
    pub fn rounds_by_norm(self) -> bool {
        matches!(
            self,
            Kernel::MatPower
                | Kernel::Inv
                | Kernel::Adj
                | Kernel::Pinv
                | Kernel::Expm
                | Kernel::Logm
                | Kernel::Sqrtm
                | Kernel::Root
                | Kernel::Cosm
                | Kernel::Sinm
                | Kernel::Derivative(_)
                | Kernel::VectorMax
                | Kernel::MatrixSign
                | Kernel::TopDyad
                | Kernel::SingularClip
                | Kernel::LowRank
                | Kernel::SingularValues
                | Kernel::SingularDyads
                | Kernel::InverseRoot
        )
    }
}
