//! Functions of a matrix whose derivatives along directions are one operation each.

use crate::kernel::Kernel;

/// A function of a matrix that is, up to transposition, the gradient of a scalar function: of eigenvalues, of singular values, or
/// the determinant.
///
/// So its derivatives `D(A; E₁, …, Eₖ)` are closed under adjoints: with a weight `G` of the value, `tr(G'*D(A; E₁, …, Eₖ))` is
/// symmetric in the directions and `G'` for a function of square matrices, in the directions and `G` for one of singular values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Spectral {
    /// [`Kernel::Expm`].
    Expm,
    /// [`Kernel::Logm`].
    Logm,
    /// [`Kernel::Sqrtm`].
    Sqrtm,
    /// [`Kernel::Root`].
    Root,
    /// [`Kernel::InverseRoot`].
    InverseRoot,
    /// [`Kernel::Cosm`].
    Cosm,
    /// [`Kernel::Sinm`].
    Sinm,
    /// [`Kernel::MatrixSign`].
    MatrixSign,
    /// [`Kernel::SingularClip`].
    SingularClip,
    /// [`Kernel::LowRank`].
    LowRank,
    /// [`Kernel::Adj`].
    Adjugate,
    /// [`Kernel::SingularValues`], whose value is a column.
    SingularValues,
    /// [`Kernel::SingularDyads`], the gradient of weighted singular values.
    SingularDyads,
}

impl Spectral {
    /// All of them.
    pub const ALL: [Spectral; 13] = [
        Spectral::Expm,
        Spectral::Logm,
        Spectral::Sqrtm,
        Spectral::Root,
        Spectral::InverseRoot,
        Spectral::Cosm,
        Spectral::Sinm,
        Spectral::MatrixSign,
        Spectral::SingularClip,
        Spectral::LowRank,
        Spectral::Adjugate,
        Spectral::SingularValues,
        Spectral::SingularDyads,
    ];

    /// The function itself.
    pub fn kernel(self) -> Kernel {
        match self {
            Spectral::Expm => Kernel::Expm,
            Spectral::Logm => Kernel::Logm,
            Spectral::Sqrtm => Kernel::Sqrtm,
            Spectral::Root => Kernel::Root,
            Spectral::InverseRoot => Kernel::InverseRoot,
            Spectral::Cosm => Kernel::Cosm,
            Spectral::Sinm => Kernel::Sinm,
            Spectral::MatrixSign => Kernel::MatrixSign,
            Spectral::SingularClip => Kernel::SingularClip,
            Spectral::LowRank => Kernel::LowRank,
            Spectral::Adjugate => Kernel::Adj,
            Spectral::SingularValues => Kernel::SingularValues,
            Spectral::SingularDyads => Kernel::SingularDyads,
        }
    }

    /// The function with this kernel.
    pub fn of(kernel: Kernel) -> Option<Spectral> {
        Spectral::ALL.into_iter().find(|function| function.kernel() == kernel)
    }

    /// The number of its arguments, the matrix and its parameters; directions follow them.
    pub fn arguments(self) -> usize {
        match self {
            Spectral::SingularClip => 3,
            Spectral::Root
            | Spectral::InverseRoot
            | Spectral::LowRank
            | Spectral::SingularDyads => 2,
            _ => 1,
        }
    }

    /// Whether it acts on eigenvalues, so that the derivative along what commutes with the matrix is that of numbers.
    pub fn is_primary(self) -> bool {
        self.is_square() && self != Spectral::Adjugate
    }

    /// Whether it acts on square matrices, with a transposition in its adjoint, and not on singular values.
    pub fn is_square(self) -> bool {
        !matches!(
            self,
            Spectral::MatrixSign
                | Spectral::SingularClip
                | Spectral::LowRank
                | Spectral::SingularValues
                | Spectral::SingularDyads
        )
    }
}
