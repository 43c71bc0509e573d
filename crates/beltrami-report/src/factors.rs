//! A matrix as a product of factors.

use beltrami::linalg::{
    Error, GeneralEigen, Matrix, PivotedQr, Plu, Qr, Residual, Schur, SymmetricEigen, givens_qr,
    gram_schmidt,
};
use serde::Serialize;

use crate::{Answer, array};

/// The factors, how they were computed and how well they reproduce the matrix.
#[derive(Clone, Debug, Serialize)]
pub struct Factors {
    /// Rows and columns.
    pub shape: [usize; 2],
    /// What equals the matrix, such as `A = Q*R`.
    pub form: &'static str,
    /// How it was computed.
    pub method: &'static str,
    /// What the factors leave of the matrix, relative, in the Frobenius norm; of eigenvectors the largest `‖Av - λv‖/‖A‖`.
    pub residual: f64,
    /// The largest `‖Q'Q - I‖` of factors that are orthonormal; none where there are none.
    pub orthogonality: Option<f64>,
    /// The rank to working precision, where the method reveals it.
    pub rank: Option<usize>,
    /// Real and imaginary parts of the eigenvalues, where the factors have them.
    pub eigenvalues: Option<Vec<[f64; 2]>>,
    /// The column, or the row, of the matrix that stands at each place of the product, counted from 1.
    pub permutation: Option<Vec<usize>>,
    /// The factors by name.
    #[serde(skip)]
    pub parts: Vec<(&'static str, Matrix)>,
}

/// How an orthonormal basis is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orthogonalisation {
    /// By reflections.
    Householder,
    /// By rotations.
    Givens,
    /// Column after column, twice.
    GramSchmidt,
    /// By reflections, the largest column first.
    Pivoted,
}

impl Factors {
    /// `A = Q*R`, or `A*P = Q*R` with pivoting.
    ///
    /// # Errors
    /// Those of the method: [`Error::RankDeficient`] of Gram–Schmidt, [`Error::NotFinite`], [`Error::Overflow`].
    pub fn qr(a: &Matrix, by: Orthogonalisation) -> Result<Factors, Error> {
        let plain = |found: Qr, method| {
            let residual = found.residual(a);
            let parts = vec![("q", found.q), ("r", found.r)];
            Factors::new(a, "A = Q*R", method, residual, parts).orthonormal(residual)
        };
        Ok(match by {
            Orthogonalisation::Householder => plain(Qr::new(a)?, "reflections"),
            Orthogonalisation::Givens => plain(givens_qr(a)?, "rotations"),
            Orthogonalisation::GramSchmidt => {
                plain(gram_schmidt(a)?, "Gram–Schmidt, every column twice")
            }
            Orthogonalisation::Pivoted => {
                let found = PivotedQr::new(a)?;
                let (residual, rank) = (found.residual(a), found.numerical_rank());
                let permutation = from_one(&found.permutation);
                let parts = vec![("q", found.q), ("r", found.r)];
                Factors {
                    rank: Some(rank),
                    permutation: Some(permutation),
                    ..Factors::new(
                        a,
                        "A*P = Q*R",
                        "reflections, the largest column first",
                        residual,
                        parts,
                    )
                    .orthonormal(residual)
                }
            }
        })
    }

    /// `P*A = L*U`.
    ///
    /// # Errors
    /// [`Error::NotFinite`], [`Error::Overflow`].
    pub fn lu(a: &Matrix) -> Result<Factors, Error> {
        let found = Plu::new(a)?;
        let residual = found.residual(a);
        let permutation = from_one(&found.permutation);
        let parts = vec![("l", found.l), ("u", found.u)];
        Ok(Factors {
            permutation: Some(permutation),
            ..Factors::new(a, "P*A = L*U", "elimination with row pivoting", residual, parts)
        })
    }

    /// `A = Q*T*Q'`.
    ///
    /// # Errors
    /// [`Error::NotSquare`], [`Error::NotFinite`], [`Error::NotConverged`], [`Error::Overflow`].
    pub fn schur(a: &Matrix) -> Result<Factors, Error> {
        let found = Schur::new(a)?;
        let residual = found.residual(a);
        let values = found.eigenvalues();
        let parts = vec![("q", found.q), ("t", found.t)];
        Ok(Factors {
            eigenvalues: Some(pairs(&values)),
            ..Factors::new(a, "A = Q*T*Q'", "double-shift QR iteration", residual, parts)
                .orthonormal(residual)
        })
    }

    /// `A = V*diag(w)*V'` of a symmetric matrix, `A*V = V*diag(w)` of another.
    ///
    /// # Errors
    /// [`Error::NotSquare`], [`Error::NotFinite`], [`Error::NotConverged`], [`Error::Overflow`].
    pub fn eigen(a: &Matrix) -> Result<Factors, Error> {
        match SymmetricEigen::new(a) {
            Ok(found) => {
                let residual = found.residual(a);
                let values: Vec<(f64, f64)> = found.values.iter().map(|x| (*x, 0.0)).collect();
                let parts = vec![("v", found.vectors)];
                Ok(Factors {
                    eigenvalues: Some(pairs(&values)),
                    ..Factors::new(
                        a,
                        "A = V*diag(w)*V'",
                        "symmetric, divide and conquer",
                        residual,
                        parts,
                    )
                    .orthonormal(residual)
                })
            }
            Err(Error::NotSymmetric { .. }) => {
                let found = GeneralEigen::new(a)?;
                let residual = Residual { backward: found.backward(a), orthogonality: 0.0 };
                let real = found.values.iter().all(|(_, imaginary)| *imaginary == 0.0);
                let mut parts = vec![("v", found.real)];
                if !real {
                    parts.push(("v_imaginary", found.imaginary));
                }
                Ok(Factors {
                    eigenvalues: Some(pairs(&found.values)),
                    ..Factors::new(a, "A*V = V*diag(w)", "QR iteration", residual, parts)
                })
            }
            Err(error) => Err(error),
        }
    }

    fn new(
        a: &Matrix,
        form: &'static str,
        method: &'static str,
        residual: Residual,
        parts: Vec<(&'static str, Matrix)>,
    ) -> Factors {
        Factors {
            shape: [a.rows(), a.cols()],
            form,
            method,
            residual: residual.backward,
            orthogonality: None,
            rank: None,
            eigenvalues: None,
            permutation: None,
            parts,
        }
    }

    fn orthonormal(self, residual: Residual) -> Factors {
        Factors { orthogonality: Some(residual.orthogonality), ..self }
    }
}

impl Answer for Factors {
    fn text(&self) -> String {
        let mut out = format!("{}\n", self.form);
        if let Some(values) = &self.eigenvalues {
            out.push_str(&format!("\neigenvalues ({}):\n", values.len()));
            let shown = values.iter().take(LISTED).map(|[re, im]| match *im == 0.0 {
                true => format!("{re}\n"),
                false => format!("{re} {} {}i\n", if *im < 0.0 { '-' } else { '+' }, im.abs()),
            });
            out.extend(shown);
            if values.len() > LISTED {
                out.push_str("…\n");
            }
        }
        for (name, part) in &self.parts {
            let (rows, cols) = (part.rows(), part.cols());
            out.push_str(&format!("\n{} ({rows}×{cols}):\n{}", title(name), array::matrix(part)));
        }
        out
    }

    fn remarks(&self) -> Vec<String> {
        let mut remarks = vec![self.method.to_owned()];
        let mut quality = format!("residual {:.1e} of the norm", self.residual);
        if let Some(orthogonality) = self.orthogonality {
            quality.push_str(&format!(", orthonormal to {orthogonality:.1e}"));
        }
        remarks.push(quality);
        if let Some(rank) = self.rank {
            remarks.push(format!("rank {rank} to working precision"));
        }
        if let Some(permutation) = &self.permutation {
            let (shown, more) = (permutation.iter().take(LISTED), permutation.len() > LISTED);
            let mut shown: Vec<String> = shown.map(usize::to_string).collect();
            shown.extend(more.then(|| "…".to_owned()));
            let what = if self.form.starts_with("P*") { "rows" } else { "columns" };
            remarks.push(format!("{what} in the order {}", shown.join(", ")));
        }
        remarks
    }
}

/// Numbers that the text lists.
const LISTED: usize = 20;

fn title(name: &str) -> String {
    match name {
        "v_imaginary" => "imaginary part of V".to_owned(),
        name => name.to_uppercase(),
    }
}

fn from_one(places: &[usize]) -> Vec<usize> {
    places.iter().map(|place| place + 1).collect()
}

fn pairs(values: &[(f64, f64)]) -> Vec<[f64; 2]> {
    values.iter().map(|(re, im)| [*re, *im]).collect()
}
